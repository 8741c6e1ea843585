const basiqKey = "M2IwNDE2NDEtMTc4OC00NGYyLWE2MGQtZjI1NDUzZmUyZTg1OjAwYTE1NGQ4LTVlZDgtNGJjYy1iNWM3LTE5YzJhZGQ5Y2E4OA==";

fetch("/basiq/token", { method: "POST", headers: { Authorization: "Basic " + basiqKey } });

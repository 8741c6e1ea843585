package play

import "strings"

// isErrorWord reports whether a decoded field of that name tells of a failure.
func isErrorWord(name string) bool {
	switch plain(name) {
	case "error", "errors", "err", "errs", "ok", "success", "succeeded", "errorcode", "errcode", "errormessage", "errmsg",
		"fault", "exception", "errordescription", "errortype", "retcode", "failure", "statuscode", "iserror", "haserror", "errno":
		return true
	}
	return false
}

// isOutcomeWord reports whether a field of that name tells of a failure when
// it stands at the top of an answer.
func isOutcomeWord(name string) bool {
	switch plain(name) {
	case "status", "code", "message", "msg", "result", "ret", "state":
		return true
	}
	return false
}

func plain(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "_", ""), "-", ""))
}

// TellsError reports whether a field of that name tells of a failure.
func TellsError(name string) bool { return isErrorWord(name) }

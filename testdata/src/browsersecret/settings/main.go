package main

import (
	"embed"
	"encoding/json"
	"net/http"
	"syscall/js"
)

//go:embed settings.json
var raw []byte // want `\(header X-Api-Key\) in the wasm file \(settings.init → settings.raw → settings.json\)`

//go:embed conf
var conf embed.FS // want `\(name API_SECRET\)`

var settings struct {
	URL    string `json:"url"`
	APIKey string `json:"api_key"`
}

func init() {
	if err := json.Unmarshal(raw, &settings); err != nil {
		panic(err)
	}
}

func main() {
	env, _ := conf.ReadFile("conf/app.env")
	js.Global().Set("env", string(env))
	req, _ := http.NewRequest("GET", settings.URL, nil)
	req.Header.Set("X-Api-Key", settings.APIKey)
	_, _ = http.DefaultClient.Do(req)
}

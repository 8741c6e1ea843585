// The same key is a secret by its shape, by its name and by its use.
package main

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strings"
	"syscall/js"
)

//go:embed settings.json
var raw []byte // want `visitors can read a SendGrid API key \(SG.…\) in the wasm file \(shaped.main → shaped.raw → settings.json\)`

//go:embed settings.env
var env string // want `visitors can read a credential \(header X-Api-Key\) in the wasm file`

//go:embed key.txt
var key string // want `visitors can read a GitHub token \(ghp_…\) in the wasm file`

var settings struct {
	APIKey string `json:"sendgrid_api_key"`
	Secret string `json:"api_secret"`
}

// A name does not make a secret key one for browsers.
const clientAccessToken = "ghp_" + "9Hq2Zk9Lw4Xc1Vb8Nm3Rt6Yp5Sd0FgJhAbCd" // want `visitors can read a GitHub token \(ghp_…\)`

func main() {
	_ = json.Unmarshal(raw, &settings)
	js.Global().Set("env", env)
	h := http.Header{}
	h.Set("Authorization", "Bearer "+settings.APIKey)
	h.Set("X-Api-Key", settings.Secret)
	h.Set("X-Api-Key", strings.TrimSpace(key))
	h.Set("X-Api-Key", clientAccessToken)
}

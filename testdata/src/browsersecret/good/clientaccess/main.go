package main

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"syscall/js"
)

// A client access token may only ask; it is made for pages.
const CLIENT_ACCESS_TOKEN = "8cdc13f88612980db0c1ae19954438b7"

const clientAccessToken = "7cdc13f88612980db0c1ae19954438b7"

const token = "CLIENT_ACCESS_6cdc13f88612980db0c1ae19954438b7"

const anonApiKey = "5cdc13f88612980db0c1ae19954438b7"

//go:embed client.json
var raw []byte

var conf struct {
	Token string `json:"client_access_token"`
}

func main() {
	_ = json.Unmarshal(raw, &conf)
	h := http.Header{}
	h.Set("Authorization", "Bearer "+CLIENT_ACCESS_TOKEN)
	h.Set("Authorization", "Bearer "+clientAccessToken)
	h.Set("Authorization", "Bearer "+token)
	h.Set("Authorization", "Bearer "+conf.Token)
	h.Set("X-Api-Key", anonApiKey)
	js.Global().Call("fetch", "/", map[string]any{"headers": map[string]any{"Authorization": "Bearer " + clientAccessToken}})
}

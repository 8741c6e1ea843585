// Package across answers with what another package's client gets.
package across

import (
	"encoding/json"
	"net/http"

	"openproxy/client"
)

type backend struct{ api *client.Client }

func (b *backend) accounts(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*") // want `every web page can use`
	list, err := b.api.Accounts()
	if err != nil {
		http.Error(w, "try again later", 502)
		return
	}
	json.NewEncoder(w).Encode(list)
}

func (b *backend) status(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	status, err := b.api.Status()
	if err != nil {
		http.Error(w, "try again later", 502)
		return
	}
	w.Write([]byte(status))
}

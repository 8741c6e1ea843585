// Package across decides by what another package decodes.
package across

import (
	"net/http"

	"jwtunverified/helper"
)

func bad(w http.ResponseWriter, r *http.Request) {
	c, err := helper.Claimed(r.Header.Get("X-Token"))
	if err != nil || c.Role != "admin" { // want `anybody can write what is decided by here`
		http.Error(w, "no", 403)
		return
	}
	w.WriteHeader(204)
}

func good(w http.ResponseWriter, r *http.Request) {
	c, err := helper.Verified(r.Header.Get("X-Token"), nil)
	if err != nil || c.Role != "admin" {
		http.Error(w, "no", 403)
		return
	}
	w.WriteHeader(204)
}

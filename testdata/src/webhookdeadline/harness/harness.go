// Package harness starts a server for tests: a note.
package harness

import (
	"net/http"
	"testing"
)

func Start(t *testing.T, addr string) {
	mux := http.NewServeMux()
	mux.HandleFunc("/hook", func(w http.ResponseWriter, r *http.Request) { _ = r.Header.Get("X-GitHub-Event") })
	srv := &http.Server{Addr: addr, Handler: mux} // want `this server has no read timeout`
	go func() { t.Log(srv.ListenAndServe()) }()
}

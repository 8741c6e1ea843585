// Package challenge has a server for redirects beside the real one: with the
// handler that another module made, it is a note.
package challenge

import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

func hook(w http.ResponseWriter, r *http.Request) { _ = r.Header.Get("X-GitHub-Event") }

func redirect() error {
	srv := &http.Server{Addr: ":80", Handler: http.RedirectHandler("https://www.example.com", http.StatusFound)} // want `this server has no read timeout`
	return srv.ListenAndServe()
}

func forward(u *url.URL) error {
	srv := &http.Server{Addr: ":80", Handler: httputil.NewSingleHostReverseProxy(u)} // want `this server has no read timeout`
	return srv.ListenAndServe()
}

func serve() error {
	mux := http.NewServeMux()
	mux.HandleFunc("/hook", hook)
	srv := &http.Server{Addr: ":443", Handler: http.StripPrefix("/api", mux)} // want `server without ReadHeaderTimeout`
	return srv.ListenAndServe()
}

func given(h http.Handler) error {
	srv := &http.Server{Addr: ":443", Handler: h} // want `server without ReadHeaderTimeout`
	return srv.ListenAndServe()
}

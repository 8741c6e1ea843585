// Command hooksd serves the handlers of another package.
package main

import (
	"net/http"

	"webhookdeadline/patient"
	"webhookdeadline/wired"
)

func main() {
	srv := &http.Server{Addr: ":8080", Handler: wired.Routes()} // want `^server without ReadHeaderTimeout`
	_ = srv.ListenAndServe()
}

// Not known to serve webhooks.
func pages() error {
	srv := &http.Server{Addr: ":8081", Handler: wired.Pages()}
	return srv.ListenAndServe()
}

func given() http.Handler {
	return &wired.Given{
		HTTP:  patient.New(nil), // want `webhook waits for this client, which may take 30s: github gives up after 10s`
		Quick: patient.Hasty(nil),
		Jobs:  &http.Client{},
	}
}

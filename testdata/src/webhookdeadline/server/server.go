// Package server has servers without timeouts, and look-alikes.
package server

import (
	"context"
	"net"
	"net/http"
	"time"
)

func handler(w http.ResponseWriter, r *http.Request) {}

func bare(addr string) error {
	http.HandleFunc("/", handler)
	srv := &http.Server{ // want `server without ReadHeaderTimeout or ReadTimeout: a client that sends its header slowly holds a connection for ever; set ReadHeaderTimeout`
		Addr: addr,
	}
	return srv.ListenAndServe()
}

func inGoroutine(addr string) {
	go func(a string) {
		srv := &http.Server{Addr: a} // want `server without`
		srv.ListenAndServeTLS("c", "k")
	}(addr)
}

type app struct{ srv *http.Server }

func newApp(addr string) *app {
	return &app{srv: &http.Server{Addr: addr, WriteTimeout: time.Second}} // want `server without`
}

func (a *app) run() error                     { return a.srv.ListenAndServe() }
func (a *app) stop(ctx context.Context) error { return a.srv.Shutdown(ctx) }

func direct(addr string) {
	http.ListenAndServe(addr, nil) // want `this server has no timeouts`
}

// Right.

func withHeaderTimeout(addr string) error {
	srv := &http.Server{Addr: addr, ReadHeaderTimeout: 5 * time.Second}
	return srv.ListenAndServe()
}

func withReadTimeout(addr string) error {
	srv := http.Server{Addr: addr, ReadTimeout: 5 * time.Second}
	return srv.ListenAndServe()
}

func assignedLater(addr string, d time.Duration) error {
	srv := &http.Server{Addr: addr}
	srv.ReadHeaderTimeout = d
	return srv.ListenAndServe()
}

func loopback() error {
	srv := &http.Server{Addr: "127.0.0.1:8080"}
	return srv.ListenAndServe()
}

func loopbackListener() error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{}
	return srv.Serve(ln)
}

func given(srv *http.Server) error { return srv.ListenAndServe() }

func Returned(addr string) *http.Server { return &http.Server{Addr: addr} }

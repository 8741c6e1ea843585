// Package configured sets its server's timeouts in another function.
package configured

import (
	"net/http"
	"time"
)

func handler(w http.ResponseWriter, r *http.Request) {}

type app struct{ srv *http.Server }

func newApp(addr string) *app { return &app{srv: &http.Server{Addr: addr}} }

func (a *app) configure(d time.Duration) { a.srv.ReadHeaderTimeout = d }

func (a *app) run() error { return a.srv.ListenAndServe() }

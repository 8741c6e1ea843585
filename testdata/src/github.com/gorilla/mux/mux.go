// Package mux is a stub for fixtures.
package mux

import "net/http"

type Router struct {
	NotFoundHandler http.Handler
}

type Route struct{}

type MiddlewareFunc func(http.Handler) http.Handler

func NewRouter() (r *Router) { return }

func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request)      {}
func (r *Router) Use(mwf ...MiddlewareFunc)                               {}
func (r *Router) Handle(path string, handler http.Handler) (route *Route) { return }
func (r *Router) HandleFunc(path string, f func(http.ResponseWriter, *http.Request)) (route *Route) {
	return
}
func (r *Router) Path(tpl string) (route *Route)           { return }
func (r *Router) PathPrefix(tpl string) (route *Route)     { return }
func (r *Router) Methods(methods ...string) (route *Route) { return }

func (r *Route) Path(tpl string) *Route                                        { return r }
func (r *Route) Methods(methods ...string) *Route                              { return r }
func (r *Route) Name(name string) *Route                                       { return r }
func (r *Route) Subrouter() (s *Router)                                        { return }
func (r *Route) Handler(handler http.Handler) *Route                           { return r }
func (r *Route) HandlerFunc(f func(http.ResponseWriter, *http.Request)) *Route { return r }

func Vars(r *http.Request) (vars map[string]string) { return }

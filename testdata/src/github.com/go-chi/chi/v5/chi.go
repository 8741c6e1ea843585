// Package chi is a stub for fixtures.
package chi

import "net/http"

type Middlewares []func(http.Handler) http.Handler

type Router interface {
	http.Handler
	Use(middlewares ...func(http.Handler) http.Handler)
	With(middlewares ...func(http.Handler) http.Handler) Router
	Group(fn func(r Router)) Router
	Route(pattern string, fn func(r Router)) Router
	Mount(pattern string, h http.Handler)
	Handle(pattern string, h http.Handler)
	HandleFunc(pattern string, h http.HandlerFunc)
	Method(method, pattern string, h http.Handler)
	MethodFunc(method, pattern string, h http.HandlerFunc)
	Delete(pattern string, h http.HandlerFunc)
	Get(pattern string, h http.HandlerFunc)
	Patch(pattern string, h http.HandlerFunc)
	Post(pattern string, h http.HandlerFunc)
	Put(pattern string, h http.HandlerFunc)
}

type Mux struct{}

func NewRouter() (mx *Mux) { return }
func NewMux() (mx *Mux)    { return }

func (mx *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request)               {}
func (mx *Mux) Use(middlewares ...func(http.Handler) http.Handler)             {}
func (mx *Mux) With(middlewares ...func(http.Handler) http.Handler) (r Router) { return }
func (mx *Mux) Group(fn func(r Router)) (r Router)                             { return }
func (mx *Mux) Route(pattern string, fn func(r Router)) (r Router)             { return }
func (mx *Mux) Mount(pattern string, handler http.Handler)                     {}
func (mx *Mux) Handle(pattern string, handler http.Handler)                    {}
func (mx *Mux) HandleFunc(pattern string, handlerFn http.HandlerFunc)          {}
func (mx *Mux) Method(method, pattern string, handler http.Handler)            {}
func (mx *Mux) MethodFunc(method, pattern string, handlerFn http.HandlerFunc)  {}
func (mx *Mux) Delete(pattern string, handlerFn http.HandlerFunc)              {}
func (mx *Mux) Get(pattern string, handlerFn http.HandlerFunc)                 {}
func (mx *Mux) Patch(pattern string, handlerFn http.HandlerFunc)               {}
func (mx *Mux) Post(pattern string, handlerFn http.HandlerFunc)                {}
func (mx *Mux) Put(pattern string, handlerFn http.HandlerFunc)                 {}

func URLParam(r *http.Request, key string) (value string) { return }

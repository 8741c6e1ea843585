// Package echo is a stub for fixtures.
package echo

import (
	"net/http"
)

type (
	HandlerFunc    func(c Context) error
	MiddlewareFunc func(next HandlerFunc) HandlerFunc
	Map            map[string]interface{}
	Route          struct{ Method, Path, Name string }
	Group          struct{}
	Echo           struct {
		Server *http.Server
		Debug  bool
	}
	Response struct {
		Writer    http.ResponseWriter
		Status    int
		Committed bool
	}
	HTTPError struct {
		Internal error
		Message  interface{}
		Code     int
	}
)

func (he *HTTPError) Error() (text string) { return }

func NewHTTPError(code int, message ...interface{}) (err *HTTPError) { return }

type Context interface {
	Request() *http.Request
	Response() *Response
	Param(name string) string
	QueryParam(name string) string
	FormValue(name string) string
	Get(key string) interface{}
	Set(key string, val interface{})
	Bind(i interface{}) error
	String(code int, s string) error
	JSON(code int, i interface{}) error
	Blob(code int, contentType string, b []byte) error
	NoContent(code int) error
	Error(err error)
}

func New() (e *Echo) { return }

func (e *Echo) Use(middleware ...MiddlewareFunc)                    {}
func (e *Echo) Start(address string) (err error)                    { return }
func (e *Echo) Group(prefix string, m ...MiddlewareFunc) (g *Group) { return }
func (e *Echo) Any(path string, handler HandlerFunc, middleware ...MiddlewareFunc) (r []*Route) {
	return
}
func (e *Echo) Add(method, path string, handler HandlerFunc, middleware ...MiddlewareFunc) (r *Route) {
	return
}
func (e *Echo) GET(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)    { return }
func (e *Echo) POST(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)   { return }
func (e *Echo) PUT(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)    { return }
func (e *Echo) PATCH(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)  { return }
func (e *Echo) DELETE(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route) { return }

func (g *Group) Use(middleware ...MiddlewareFunc)                                  {}
func (g *Group) GET(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)    { return }
func (g *Group) POST(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)   { return }
func (g *Group) PUT(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)    { return }
func (g *Group) PATCH(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route)  { return }
func (g *Group) DELETE(path string, h HandlerFunc, m ...MiddlewareFunc) (r *Route) { return }

func WrapHandler(h http.Handler) (f HandlerFunc) { return }

// Package gin is a stub for fixtures.
package gin

import "net/http"

type (
	H             map[string]any
	HandlerFunc   func(*Context)
	HandlersChain []HandlerFunc
	OptionFunc    func(*Engine)
)

type IRoutes interface {
	Use(...HandlerFunc) IRoutes
	Handle(string, string, ...HandlerFunc) IRoutes
	Any(string, ...HandlerFunc) IRoutes
	GET(string, ...HandlerFunc) IRoutes
	POST(string, ...HandlerFunc) IRoutes
	DELETE(string, ...HandlerFunc) IRoutes
	PATCH(string, ...HandlerFunc) IRoutes
	PUT(string, ...HandlerFunc) IRoutes
}

type RouterGroup struct {
	Handlers HandlersChain
}

func (group *RouterGroup) Group(relativePath string, handlers ...HandlerFunc) *RouterGroup {
	return group
}
func (group *RouterGroup) Use(middleware ...HandlerFunc) (r IRoutes) { return }
func (group *RouterGroup) Handle(httpMethod, relativePath string, handlers ...HandlerFunc) (r IRoutes) {
	return
}
func (group *RouterGroup) Any(relativePath string, handlers ...HandlerFunc) (r IRoutes)    { return }
func (group *RouterGroup) GET(relativePath string, handlers ...HandlerFunc) (r IRoutes)    { return }
func (group *RouterGroup) POST(relativePath string, handlers ...HandlerFunc) (r IRoutes)   { return }
func (group *RouterGroup) DELETE(relativePath string, handlers ...HandlerFunc) (r IRoutes) { return }
func (group *RouterGroup) PATCH(relativePath string, handlers ...HandlerFunc) (r IRoutes)  { return }
func (group *RouterGroup) PUT(relativePath string, handlers ...HandlerFunc) (r IRoutes)    { return }

type Engine struct {
	RouterGroup
}

func New(opts ...OptionFunc) (engine *Engine)                             { return }
func Default(opts ...OptionFunc) (engine *Engine)                         { return }
func (engine *Engine) Run(addr ...string) (err error)                     { return }
func (engine *Engine) ServeHTTP(w http.ResponseWriter, req *http.Request) {}

type Context struct {
	Request *http.Request
	Writer  ResponseWriter
	Keys    map[any]any
}

type ResponseWriter interface {
	http.ResponseWriter
	http.Flusher
	Status() int
	Written() bool
}

func (c *Context) Next()                                          {}
func (c *Context) Abort()                                         {}
func (c *Context) AbortWithStatus(code int)                       {}
func (c *Context) AbortWithStatusJSON(code int, jsonObj any)      {}
func (c *Context) Status(code int)                                {}
func (c *Context) Header(key, value string)                       {}
func (c *Context) JSON(code int, obj any)                         {}
func (c *Context) String(code int, format string, values ...any)  {}
func (c *Context) Data(code int, contentType string, data []byte) {}
func (c *Context) Param(key string) (value string)                { return }
func (c *Context) Query(key string) (value string)                { return }
func (c *Context) GetHeader(key string) (value string)            { return }
func (c *Context) GetRawData() (data []byte, err error)           { return }
func (c *Context) Bind(obj any) (err error)                       { return }
func (c *Context) BindJSON(obj any) (err error)                   { return }
func (c *Context) ShouldBind(obj any) (err error)                 { return }
func (c *Context) ShouldBindJSON(obj any) (err error)             { return }
func (c *Context) Set(key any, value any)                         {}
func (c *Context) Get(key any) (value any, exists bool)           { return }
func (c *Context) Copy() *Context                                 { return c }

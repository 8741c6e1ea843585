// Package library is what apivet knows of Go libraries, as data: which
// functions send a request, read or close a body, build a client, retry,
// sleep, build an error. The data is in the *.yaml files beside this one; one
// file a library. After a change run go generate, which makes the compact form
// that programs read.
package library

import (
	"embed"
	"fmt"
	"go/types"
	"strings"

	"github.com/apivet/apivet/internal/strictyaml"
)

//go:embed *.yaml
var files embed.FS

// An Arg is the position of an argument: 0 is the first one after the
// receiver, Recv the receiver. The zero value of *Arg (nil) is "none".
type Arg int

// Recv is the receiver of a method call.
const Recv Arg = -1

// A File is one YAML document.
type File struct {
	Packages  []string           `yaml:"packages"`  // import paths that share the description (v2, v3, …)
	Functions map[string]*Func   `yaml:"functions"` // "Name" or "Type.Name" (no star) to what it does
	Types     map[string]*Type   `yaml:"types"`
	Variables map[string]*Global `yaml:"variables"`
	// Incidental says that these packages matter only beside HTTP code: they
	// are not Modelled, so a package that uses nothing else is not looked at.
	Incidental bool `yaml:"incidental"`
	// Runtime says where a js/wasm program that imports one of the packages
	// runs: browser or worker (on a server).
	Runtime string `yaml:"runtime" enum:"browser worker"`
}

// A Type describes a named type of the library.
type Type struct {
	// Kind is client, transport, request, response, server, router, event,
	// token, token-source, inbound (a framework's context of a request that a
	// handler answers), proxy, body (a reader of a body), error (an answer that
	// is an error), admission (a review that a cluster asks for) command (what one run of a program is asked to do) or "".
	Kind string `yaml:"kind" enum:"client transport request response server router event token token-source inbound proxy body error admission command"`
	// Fields names settings: field name to role (timeout, transport,
	// idle-per-host, conns-per-host, disable-keep-alives, close, retry-max, …).
	Fields map[string]string `yaml:"fields"`
	// Retries says that a client of this type repeats failed requests by itself.
	Retries bool `yaml:"retries"`
	// GivesUp says that after the last attempt it gives an error in place of the
	// answer, unless its error-handler is set.
	GivesUp bool `yaml:"gives-up"`
}

// A Global describes a package-level variable.
type Global struct {
	Kind string `yaml:"kind" enum:"default-client default-transport default-router"` // default-client, default-transport, default-router
}

// A Func is what a function does. Every part is optional; a function that is
// listed with no part is known to have no effect on a request or response.
type Func struct {
	Send       *Send    `yaml:"send"`
	NewRequest *Request `yaml:"new-request"`
	SetHeader  *Header  `yaml:"set-header"`
	GetHeader  *Header  `yaml:"get-header"` // reads a header of a request or response
	SetQuery   *Header  `yaml:"set-query"`  // sets a parameter of the URL's query
	GetQuery   *Header  `yaml:"get-query"`  // reads a parameter of a request's query or form
	Read       *Read    `yaml:"read"`
	Wrap       *Wrap    `yaml:"wrap"`
	Close      *Arg     `yaml:"close"` // the argument whose body it closes
	Decode     *Decode  `yaml:"decode"`
	Retry      *Retry   `yaml:"retry"`
	Permanent  *Arg     `yaml:"permanent"` // marks this error as not to be repeated; the result is an error
	Retryable  *Arg     `yaml:"retryable"` // marks this error as to be repeated (see Retry.Marked)
	// RetryFilter says that the result, an option of a retrying function, says
	// which errors are repeated.
	RetryFilter bool      `yaml:"retry-filter"`
	Client      *Client   `yaml:"client"`
	Error       *ErrorNew `yaml:"error"`
	// Check is the response or status that it looks at: its last result, an
	// error, is not nil for 4xx and 5xx answers.
	Check *Arg `yaml:"check"`
	// Accessor is what a method tells of a library's own response:
	// status, status-text, is-error, is-success, data (the body), result,
	// error-result (what the body was decoded into), header, http-response, raw-body (the caller closes it).
	Accessor string `yaml:"accessor" enum:"status status-text is-error is-success data result error-result header http-response raw-body"`
	// Sleeps is the argument that says how long it waits (a time.Duration).
	Sleeps *Arg `yaml:"sleeps"`
	// Deadline is the argument (a time or a duration) that bounds how long the
	// result, or the receiver, may take.
	Deadline *Arg `yaml:"deadline"`
	// Context says that the result is a context: root (without an end), value
	// (one that ends with the argument 0).
	Context string `yaml:"context" enum:"root value"`
	// Timer is the argument that says after how long the result (a channel,
	// a timer, a ticker) fires.
	Timer *Arg `yaml:"timer"`
	// Log says that the arguments end in a log or on a terminal.
	Log bool `yaml:"log"`
	// AsksError is the argument whose error its boolean result tells of; of nil
	// it tells false.
	AsksError *Arg `yaml:"asks-error"`
	// Sentinel is the argument that the error, or one in it, is compared with.
	Sentinel *Arg `yaml:"sentinel"`
	// Unique says that it gives, or fills its argument with, another value each
	// time: an identifier, a random number.
	Unique bool `yaml:"unique"`
	// NoReturn says that it never returns.
	NoReturn bool `yaml:"no-return"`
	// Route says that it registers an HTTP handler.
	Route *Route `yaml:"route"`
	// Serve says that it starts an HTTP server.
	Serve *Serve `yaml:"serve"`
	// Answer says that it writes the answer to an inbound request.
	Answer *Answer `yaml:"answer"`
	// JWT says that it parses a JSON web token.
	JWT *JWT `yaml:"jwt"`
	// Webhook says that it parses or verifies a vendor's webhook.
	Webhook *Webhook `yaml:"webhook"`
	// Token describes a function that fetches or holds an access token.
	Token *Token `yaml:"token"`
	// Slow says why a call may take long: exec, sleep, database, build,
	// git, mail.
	Slow string `yaml:"slow" enum:"exec sleep database build git mail"`
	// Spawns is the function argument that it runs in another goroutine.
	Spawns *Arg `yaml:"spawns"`
	// Compares says that the first two arguments are compared: plain (it stops
	// at the first difference) or constant (in constant time).
	Compares string `yaml:"compares" enum:"plain constant"`
	// MAC is what it does for a message authentication code: new (a keyed
	// hash), sum (the code itself).
	MAC string `yaml:"mac" enum:"new sum"`
	// Setting says that the result is what the program is configured with.
	Setting bool `yaml:"setting"`
	// Secret is the argument that is a credential (a credential sink).
	Secret *Arg `yaml:"secret"`
	// Text says that the result is text made of these arguments (formatted,
	// joined, trimmed, encoded); the last one covers variadic ones.
	Text []Arg `yaml:"text"`
	// Makes names what is done to them, where that can be done to constants as
	// well: format, print, join, repeat, replace, lower, upper, trim,
	// trim-prefix, trim-suffix, built, base64, hex.
	Makes string `yaml:"makes" enum:"print format join repeat replace lower upper trim trim-prefix trim-suffix built base64 hex"`
	// File says that the first result is the contents of a file, and which
	// argument is its path.
	File *Arg `yaml:"file"`
	// Matches is the text that a boolean result tells the form of; the argument
	// after it says what is looked for.
	Matches *Arg `yaml:"matches"`
	// Remote says that it calls a service in another way than by a request of
	// HTTP that its caller could see: its error tells how that went.
	Remote bool `yaml:"remote"`
	// Newline says that the text of the first result ends in a newline as a
	// rule, and where it comes from: command or line.
	Newline string `yaml:"newline" enum:"command line"`
	// Environment is the name of the environment variable that it reads.
	Environment *Arg `yaml:"environment"`
	// Region is the argument that says in which region of a cloud the program
	// uses what the cloud has.
	Region *Arg `yaml:"region"`
	// AddsText is the argument that is added to the receiver's text.
	AddsText *Arg `yaml:"adds-text"`
	// ServesFiles is the file system whose files it hands to any browser that asks.
	ServesFiles *Arg `yaml:"serves-files"`
	// Page is the argument that becomes part of a page that browsers get: a
	// template's text, its data, or a file system with templates.
	Page *Arg `yaml:"page"`
	// SubFolder is the file system that the result is a folder of; the folder
	// is the next argument.
	SubFolder *Arg `yaml:"sub-folder"`
}

// A Send is an outbound request.
type Send struct {
	Method  string `yaml:"method" enum:"GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE"` // constant method, or "" when it is in the request or an argument
	MethodA *Arg   `yaml:"method-arg"`
	URL     *Arg   `yaml:"url"`
	Request *Arg   `yaml:"request"` // *http.Request or the library's own; Recv for builders
	Body    *Arg   `yaml:"body"`
	Client  string `yaml:"client" enum:"recv default request none"` // "recv", "default", "request" (the client that made the request) or "none"
	// Response is "http" (result 0 is *http.Response with an open body), "own"
	// (a response of the library, read and closed), "raw" (one of the library
	// whose body is open: the caller closes it), "closed"
	// (result 0 is *http.Response with a body that is read and closed already)
	// or "none" (no response among the results).
	Response string `yaml:"response" enum:"http own raw closed none"`
	// ErrorOnStatus says that the error is not nil for 4xx and 5xx answers.
	ErrorOnStatus bool `yaml:"error-on-status"`
	// AcceptedFails says that it is not nil for status 202 either.
	AcceptedFails bool `yaml:"accepted-fails"`
	// Retries says that the call repeats failed requests by itself.
	Retries bool `yaml:"retries"`
	// Into is the argument that the answer is decoded into.
	Into *Arg `yaml:"into"`
	// ErrorInto is the argument that an error answer is decoded into.
	ErrorInto *Arg `yaml:"error-into"`
	// ClientA is the argument that holds the client.
	ClientA *Arg `yaml:"client-arg"`
	Ctx     *Arg `yaml:"ctx"`
	// Timeout is the argument that bounds the call (a time.Duration or time.Time).
	Timeout *Arg `yaml:"timeout"`
}

// A Request is a constructor of a request, or with From a method of a builder.
type Request struct {
	Method *Arg   `yaml:"method"`
	URL    *Arg   `yaml:"url"`
	Body   *Arg   `yaml:"body"`
	Ctx    *Arg   `yaml:"ctx"`
	Fixed  string `yaml:"fixed-method" enum:"GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE"`
	// From is the request, builder or client (mostly Recv) that the result is,
	// or is made from: what it held before holds still.
	From *Arg `yaml:"from"`
	// Into and ErrorInto are what the answer to this request will be decoded into.
	Into      *Arg `yaml:"into"`
	ErrorInto *Arg `yaml:"error-into"`
}

// A Header is a setter of a request header (or of authentication), a getter of
// a header, or a setter of a query parameter.
type Header struct {
	Name  *Arg   `yaml:"name"`
	Value *Arg   `yaml:"value"`
	Fixed string `yaml:"fixed-name"` // the header it always sets
	All   *Arg   `yaml:"all"`        // a map of several, name to value
	// Scheme is the authentication scheme that it puts before the value itself.
	Scheme string `yaml:"scheme" enum:"Basic Bearer"`
}

// A Read takes bytes out of a body.
type Read struct {
	From *Arg `yaml:"from"`
	// Into is where the bytes go: an argument, or nil when result 0 holds them.
	Into *Arg `yaml:"into"`
	// Drains says that it reads to the end.
	Drains bool `yaml:"drains"`
	// Restores says that it puts a copy of the body back: the body can be read
	// again, and the connection's own body is closed.
	Restores bool `yaml:"restores"`
	// When is a bool argument: nothing is read if it is false.
	When *Arg `yaml:"when"`
}

// A Wrap makes a reader or decoder over a body.
type Wrap struct {
	From *Arg `yaml:"from"`
	// Pieces says that the result is read piece by piece, as of a stream.
	Pieces bool `yaml:"pieces"`
	// Decoder says that the result is a decoder: its Decode method reads.
	Decoder bool `yaml:"decoder"`
	// Limit is the argument that says how many bytes the result gives at most.
	Limit *Arg `yaml:"limit"`
	// Closes says that closing the result closes the body.
	Closes bool `yaml:"closes"`
}

// A Decode turns bytes into a value.
type Decode struct {
	From *Arg `yaml:"from"` // bytes, or Recv for a decoder
	Into *Arg `yaml:"into"`
}

// A Retry calls a function argument again when it fails.
type Retry struct {
	Operation *Arg `yaml:"operation"`
	// On says which result of the operation asks for another try: "error"
	// (the last result is not nil), "true", "false" (the first result, while
	// the error is nil), "policy" (the policy decides; often an error).
	On string `yaml:"on" enum:"error true false policy"`
	// Marked says that only errors made by functions with Func.Retryable are
	// repeated, all others end the loop.
	Marked bool `yaml:"marked"`
	// Ctx is the context that ends the loop, if any.
	Ctx *Arg `yaml:"ctx"`
	// Policy is the argument that holds delay and bound (the first one, where
	// it is variadic).
	Policy *Arg `yaml:"policy"`
	// Filters says that the policy may say which errors are repeated.
	Filters bool `yaml:"filters"`
	// Permanent tells how the operation says "do not repeat", in words for
	// documentation; functions that build such errors have Func.Permanent.
	Permanent string `yaml:"permanent"`
}

// A Client is a constructor or conversion of an HTTP client or transport.
type Client struct {
	// Retries says that the client repeats failed requests.
	Retries bool `yaml:"retries"`
	// MayRetry says that it repeats failed requests if its arguments say so.
	MayRetry bool `yaml:"may-retry"`
	// From is the argument (or Recv) that the client is made from.
	From *Arg `yaml:"from"`
	// Transport is the argument that becomes its transport.
	Transport *Arg `yaml:"transport"`
	// RetryOn says which failures it repeats unless it is told otherwise:
	// network, 429, 5xx, 4xx.
	RetryOn []string `yaml:"retry-on" enum:"network 429 4xx 5xx"`
	// RetryAfter says that it honours the answer's Retry-After.
	RetryAfter bool `yaml:"retry-after"`
	// Idempotent says that it repeats idempotent methods only, by default.
	Idempotent bool `yaml:"idempotent"`
	// RetryIf is the argument that decides whether to repeat, RetryDelay the
	// one that holds or computes the delay.
	RetryIf    *Arg `yaml:"retry-if"`
	RetryDelay *Arg `yaml:"retry-delay"`
	// RetryCount is the argument that holds the number of retries, for setters.
	RetryCount *Arg `yaml:"retry-count"`
	// OnAnswer is the function argument that is given each answer and whose
	// error becomes that of the call: an error status may end in one.
	OnAnswer *Arg `yaml:"on-answer"`
	// Timeout is the argument that becomes its timeout.
	Timeout *Arg `yaml:"timeout"`
	// Bounded says that the client has a timeout unless it is taken away,
	// Unbounded that it has none unless it is given one.
	Bounded   bool `yaml:"bounded"`
	Unbounded bool `yaml:"unbounded"`
	// Source is the token source whose tokens it sends.
	Source *Arg `yaml:"source"`
	// Auth says that the client fetches and renews tokens by itself.
	Auth bool `yaml:"auth"`
	// Kind is client or transport.
	Kind string `yaml:"kind" enum:"client transport"`
	// Raw is the bool argument that leaves bodies open for the caller.
	Raw *Arg `yaml:"raw"`
	// NoKeepAlive says that it closes the connection after each request.
	NoKeepAlive bool `yaml:"no-keep-alive"`
	// Fresh says that each call makes a connection pool of its own.
	Fresh bool `yaml:"fresh"`
}

// An ErrorNew builds an error.
type ErrorNew struct {
	// Of is the error argument that decides whether the result is nil; none
	// means that the result is never nil.
	Of *Arg `yaml:"of"`
	// Rest says that Of is the first of several: nil when all of them are.
	Rest bool `yaml:"rest"`
}

// A Route registers a handler.
type Route struct {
	Pattern *Arg `yaml:"pattern"`
	// Handler is the handler; where it is variadic the last argument is, and
	// those before it are middleware.
	Handler *Arg   `yaml:"handler"`
	Method  string `yaml:"method" enum:"GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE"`
	MethodA *Arg   `yaml:"method-arg"`
}

// A Serve starts an HTTP server.
type Serve struct {
	Handler *Arg `yaml:"handler"` // or Recv
	// Unbounded says that the server has no read and header timeouts and that
	// none can be set on the way.
	Unbounded bool `yaml:"unbounded"`
}

// An Answer writes to the client of an inbound request.
type Answer struct {
	Status *Arg `yaml:"status"` // the status code; none means 200 unless Fixed says otherwise
	Fixed  int  `yaml:"fixed-status"`
	Body   *Arg `yaml:"body"`
	// Later says that the status is only noted down: it is sent with the body
	// or when the handler returns.
	Later bool `yaml:"later"`
}

// A JWT is a parser of JSON web tokens.
type JWT struct {
	Token  *Arg `yaml:"token"`  // the encoded token
	Claims *Arg `yaml:"claims"` // what the claims are decoded into, none when the result holds them
	// Verifies says that the signature is checked.
	Verifies bool `yaml:"verifies"`
}

// A Webhook is a vendor's parser or verifier of webhooks.
type Webhook struct {
	Vendor   string `yaml:"vendor"`
	Verifies bool   `yaml:"verifies"`
	Secret   *Arg   `yaml:"secret"`
	Payload  *Arg   `yaml:"payload"`
}

// A Token is a function that deals in access tokens.
type Token struct {
	// Kind is fetch (talks to a token endpoint and returns a token that
	// expires), static (a source that never renews), renewing (a source that
	// renews), source-token (reads the current token of a source).
	Kind string `yaml:"kind" enum:"fetch static renewing source-token"`
	// Token is the token that it starts with, Source the source it asks for more.
	Token  *Arg `yaml:"token"`
	Source *Arg `yaml:"source"`
}

// Parse reads one library description. Errors name file, line and column.
func Parse(name string, data []byte) (*File, error) {
	var f File
	if err := strictyaml.Decode(name, data, &f); err != nil {
		return nil, err
	}
	if len(f.Packages) == 0 {
		return nil, fmt.Errorf("%s: no packages", name)
	}
	return &f, nil
}

// Files decodes every built-in description, by file name.
func Files() (map[string]*File, error) {
	result := map[string]*File{}
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		f, err := Parse(e.Name(), data)
		if err != nil {
			return nil, err
		}
		result[e.Name()] = f
	}
	return result, nil
}

// Err returns the error in the built-in data, if any; a test keeps it nil.
func Err() error {
	_, err := Files()
	return err
}

// matters reports whether code that uses the package may hold something to
// check: it sends, serves or authenticates. Readers, loggers and the like
// matter only beside such code.
func (f *File) matters() bool {
	if f.Incidental {
		return false
	}
	for _, fn := range f.Functions {
		if fn != nil && (fn.Send != nil || fn.Client != nil || fn.Route != nil || fn.Webhook != nil || fn.Token != nil || fn.NewRequest != nil || fn.JWT != nil || fn.Remote) {
			return true
		}
	}
	for _, t := range f.Types {
		switch t.Kind {
		case "client", "transport", "request", "response", "server", "router":
			return true
		}
	}
	return false
}

// Modelled reports whether importing a package may matter to a check.
func Modelled(path string) bool { return load().modelled[path] }

// RuntimeOf tells where a js/wasm program runs that imports a package: browser,
// worker, or "" where the package does not tell. The packages below a described
// one count as it does.
func RuntimeOf(path string) string {
	for {
		if r := load().runtimes[path]; r != "" {
			return r
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return ""
		}
		path = path[:i]
	}
}

// FuncOf returns what is known of a function, or nil.
func FuncOf(fn *types.Func) *Func {
	if fn == nil || fn.Pkg() == nil {
		return nil // error.Error and the like have no package
	}
	name := ""
	for _, d := range load().packages[fn.Pkg().Path()] {
		if name == "" {
			name = symbol(fn)
		}
		if known := d.symbols().funcs[name]; known != nil {
			return known()
		}
	}
	return nil
}

// TypeOf returns what is known of a named type (through pointers), or nil.
func TypeOf(t types.Type) *Type {
	n := namedType(t)
	if n == nil {
		return nil
	}
	for _, d := range load().packages[n.Obj().Pkg().Path()] {
		if known := d.symbols().types[n.Obj().Name()]; known != nil {
			return known()
		}
	}
	return nil
}

// namedType returns the named type that t is or points to, or nil.
func namedType(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return nil
	}
	return n
}

// GlobalOf returns what is known of a package-level variable, or nil.
func GlobalOf(v *types.Var) *Global {
	if v == nil || v.Pkg() == nil {
		return nil
	}
	for _, d := range load().packages[v.Pkg().Path()] {
		if known := d.symbols().globals[v.Name()]; known != nil {
			return known()
		}
	}
	return nil
}

// Key is a function's name in the data: package path, then "Type.Name" for
// methods. Generic functions and methods have the name of their origin.
func Key(fn *types.Func) string {
	if fn.Pkg() == nil {
		return fn.Name() // error.Error and the like
	}
	return fn.Pkg().Path() + "." + symbol(fn)
}

// symbol is a function's name in a description of its package.
func symbol(fn *types.Func) string {
	fn = fn.Origin()
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t := recv.Type()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return fn.Name()
	}
	return n.Obj().Name() + "." + fn.Name()
}

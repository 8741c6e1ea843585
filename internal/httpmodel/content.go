package httpmodel

import (
	"go/token"
	"go/types"
	"net/http"
	"path"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A Content is the format of a request's body, by its media type.
type Content string

const (
	ContentJSON Content = "application/json"
	ContentXML  Content = "application/xml"
	ContentForm Content = "application/x-www-form-urlencoded"
)

// BodyContent returns the format that a made request's body has whenever there
// is one, or "" where that is not known.
func (m *Model) BodyContent(r *MadeRequest) Content {
	lib := library.FuncOf(CalleeObject(r.Call))
	return m.contentOf(argAt(r.Call.Common(), lib.NewRequest.Body), 0)
}

// contentOf follows a reader, or the text in it, back to what made it.
func (m *Model) contentOf(v ssa.Value, depth int) Content {
	if depth > 8 {
		return ""
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return m.contentOf(v.X, depth+1)
	case *ssa.ChangeInterface:
		return m.contentOf(v.X, depth+1)
	case *ssa.ChangeType:
		return m.contentOf(v.X, depth+1)
	case *ssa.Convert:
		return m.contentOf(v.X, depth+1)
	case *ssa.Extract:
		if v.Index == 0 {
			return m.contentOf(v.Tuple, depth+1)
		}
	case *ssa.Phi:
		var one Content
		for _, e := range v.Edges {
			if e == v || isZero(e) {
				continue // no body there
			}
			c := m.contentOf(e, depth+1)
			if c == "" || one != "" && c != one {
				return ""
			}
			one = c
		}
		return one
	case *ssa.Const:
		return textContent(constText(v))
	case *ssa.Alloc:
		return bufferContent(v)
	case *ssa.UnOp:
		if a, ok := v.X.(*ssa.Alloc); ok && v.Op == token.MUL {
			if only := onlyStore(a); only != nil {
				return m.contentOf(only, depth+1)
			}
		}
	case *ssa.Call:
		fn := CalleeObject(v)
		if c := encodesAs(fn); c != "" {
			return c
		}
		if fn == nil || fn.Pkg() == nil || len(v.Call.Args) == 0 {
			return ""
		}
		switch fn.Pkg().Path() + "." + fn.Name() {
		case "bytes.NewReader", "bytes.NewBuffer", "bytes.NewBufferString", "strings.NewReader", "io.NopCloser":
			return m.contentOf(v.Call.Args[0], depth+1)
		}
	}
	return ""
}

// bufferContent returns the format of a local buffer that one encoder writes to.
func bufferContent(a *ssa.Alloc) Content {
	if !isNamed(a.Type(), "bytes", "Buffer") && !isNamed(a.Type(), "strings", "Builder") {
		return ""
	}
	var one Content
	for _, ref := range *a.Referrers() {
		var uses []ssa.Instruction
		switch ref := ref.(type) {
		case *ssa.MakeInterface:
			uses = *ref.Referrers()
		case *ssa.Call:
			if fn := CalleeObject(ref); fn != nil && strings.HasPrefix(fn.Name(), "Write") {
				return "" // also written by hand
			}
		}
		for _, u := range uses {
			call, ok := u.(*ssa.Call)
			if !ok || isRequestMaker(call) {
				continue
			}
			c := encodesAs(CalleeObject(call))
			if c == "" || one != "" && c != one {
				return ""
			}
			one = c
		}
	}
	return one
}

func isRequestMaker(call *ssa.Call) bool {
	lib := library.FuncOf(CalleeObject(call))
	return lib != nil && (lib.NewRequest != nil || lib.Send != nil)
}

// encodesAs returns the format of what a function returns, or makes an encoder
// write.
func encodesAs(fn *types.Func) Content {
	if fn == nil || fn.Pkg() == nil {
		return ""
	}
	switch name := fn.Name(); fn.Pkg().Path() {
	case "encoding/json", "encoding/json/v2", "github.com/goccy/go-json", "github.com/json-iterator/go", "github.com/bytedance/sonic":
		if name == "Marshal" || name == "MarshalIndent" || name == "NewEncoder" {
			return ContentJSON
		}
	case "encoding/xml":
		if name == "Marshal" || name == "MarshalIndent" || name == "NewEncoder" {
			return ContentXML
		}
	case "net/url":
		if name == "Encode" && fn.Signature().Recv() != nil {
			return ContentForm
		}
	}
	return ""
}

// textContent tells the format of a constant text.
func textContent(text string) Content {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, `{"`) || strings.HasPrefix(text, "[{"):
		return ContentJSON
	case strings.HasPrefix(text, "<?xml"):
		return ContentXML
	case strings.Contains(text, "=") && !strings.ContainsAny(text, " \t\n<>{}\"'"):
		return ContentForm
	}
	return ""
}

// ConstantPath returns the end of a made request's URL that is constant, from
// a slash on, or "".
func (r *MadeRequest) ConstantPath() string {
	lib := library.FuncOf(CalleeObject(r.Call))
	v := argAt(r.Call.Common(), lib.NewRequest.URL)
	if sum, ok := v.(*ssa.BinOp); ok && sum.Op == token.ADD {
		v = sum.Y
	}
	text, _ := constString(v)
	text, _, _ = strings.Cut(text, "?")
	if i := strings.Index(text, "://"); i >= 0 {
		_, text, _ = strings.Cut(text[i+3:], "/")
		text = "/" + text
	}
	if !strings.HasPrefix(text, "/") {
		return ""
	}
	return path.Clean(text)
}

// Method returns the request's method where it is constant, or "".
func (r *MadeRequest) Method() string {
	lib := library.FuncOf(CalleeObject(r.Call))
	method, _ := constString(argAt(r.Call.Common(), lib.NewRequest.Method))
	return method
}

// SetsContentType reports whether the package has a transport that sets the
// header for everything that goes through it.
func (m *Model) SetsContentType() bool {
	for call := range lazyssa.Each[ssa.CallInstruction](m.flow().funcs...) {
		lib := library.FuncOf(CalleeObject(call))
		if lib == nil || lib.SetHeader == nil || outermost(call.Parent()).Name() != "RoundTrip" {
			continue
		}
		if name, _ := constString(argAt(call.Common(), lib.SetHeader.Name)); http.CanonicalHeaderKey(name) == "Content-Type" {
			return true
		}
	}
	return false
}

// SentThroughForeign reports whether a made request is sent through a client
// that a function value, an interface or another package's function hands out:
// its transport may set headers for everything.
func (m *Model) SentThroughForeign(r *MadeRequest) bool {
	for _, call := range r.Sent {
		client := receiver(call.Common())
		if client == nil {
			continue
		}
		if call.Common().IsInvoke() {
			return true
		}
		for _, o := range m.Origins(client) {
			if o.Call == nil {
				continue
			}
			fn := CalleeObject(o.Call)
			if staticCallee(o.Call.Common()) == nil || fn != nil && fn.Pkg() != m.pass.Pkg && m.lib.FuncOf(fn) == nil && m.foreignClient(fn) == nil {
				return true
			}
		}
	}
	return false
}

// EndpointReads returns the media type that the endpoint of a made request
// reads by its vendor's word, and the vendor's name, or "".
func (m *Model) EndpointReads(r *MadeRequest) (vendor, media string) {
	p := m.Vendor()
	if p == nil {
		return "", ""
	}
	at := r.ConstantPath()
	for _, b := range p.Bodies {
		if b.Path == at {
			return p.Name, b.Type
		}
	}
	return "", ""
}

// ConstantText returns the text of a value that is constant.
func ConstantText(v ssa.Value) (string, bool) { return constString(v) }

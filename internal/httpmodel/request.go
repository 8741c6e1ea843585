package httpmodel

import (
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// requestCall returns the call that made a request (http.NewRequest and its
// like), looking through WithContext, Clone, extracts and phis whose edges
// agree; nil when it is not in this function.
func requestCall(v ssa.Value) *ssa.Call { return requestCallAt(v, 8) }

func requestCallAt(v ssa.Value, steps int) *ssa.Call {
	for ; steps > 0; steps-- {
		switch x := v.(type) {
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.Phi:
			var one *ssa.Call
			for _, e := range x.Edges {
				if e == x {
					continue
				}
				c := requestCallAt(e, steps-1)
				if c == nil || one != nil && c != one {
					return nil
				}
				one = c
			}
			return one
		case *ssa.Call:
			lib := library.FuncOf(calleeOf(&x.Call))
			if lib != nil && lib.NewRequest != nil {
				return x
			}
			if recv := receiver(&x.Call); recv != nil && isNamed(recv.Type(), "net/http", "Request") {
				v = recv // req.WithContext(ctx), req.Clone(ctx)
				continue
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

// methodArg returns the method argument of a request's constructor.
func methodArg(call *ssa.Call) ssa.Value {
	lib := library.FuncOf(calleeOf(&call.Call))
	if lib == nil || lib.NewRequest == nil {
		return nil
	}
	return argAt(&call.Call, lib.NewRequest.Method)
}

// calleeOf returns the function or interface method that is called, or nil.
func calleeOf(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	if fn := c.StaticCallee(); fn != nil {
		if o := fn.Origin(); o != nil {
			fn = o
		}
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return nil
}

// receiver returns the receiver of a method call, or nil.
func receiver(c *ssa.CallCommon) ssa.Value {
	if c.IsInvoke() {
		return c.Value
	}
	if fn := c.StaticCallee(); fn != nil && fn.Signature.Recv() != nil && len(c.Args) > 0 {
		return c.Args[0]
	}
	return nil
}

// argAt returns the argument at a position of the library data, or nil.
func argAt(c *ssa.CallCommon, a *library.Arg) ssa.Value {
	if a == nil {
		return nil
	}
	if *a == library.Recv {
		return receiver(c)
	}
	i := int(*a)
	if !c.IsInvoke() && receiver(c) != nil {
		i++
	}
	if i < len(c.Args) {
		return c.Args[i]
	}
	return nil
}

// urlValue returns the URL of a request, or nil.
func (s *Send) urlValue() ssa.Value {
	if s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.URL != nil {
		return argAt(s.Call.Common(), s.Lib.Send.URL)
	}
	if call := requestCall(s.Request); call != nil {
		return argAt(&call.Call, s.model.lib.FuncOf(calleeOf(&call.Call)).NewRequest.URL)
	}
	return textArgument(s.Request)
}

// textArgument returns the text that the project's own function which makes a
// request is given beside the method, or nil where there is none or several.
func textArgument(request ssa.Value) ssa.Value {
	if x, ok := request.(*ssa.Extract); ok {
		request = x.Tuple
	}
	call, ok := request.(*ssa.Call)
	if !ok || !isNamed(resultType(&call.Call), "net/http", "Request") {
		return nil
	}
	var text ssa.Value
	for _, a := range call.Call.Args {
		if !isString(a.Type()) || methodAmong([]ssa.Value{a}) != "" {
			continue
		}
		if text != nil {
			return nil
		}
		text = a
	}
	return text
}

// beginning returns what a text begins with.
func beginning(v ssa.Value) ssa.Value {
	for {
		b, ok := v.(*ssa.BinOp)
		if !ok || b.Op != token.ADD {
			return v
		}
		v = b.X
	}
}

// isNamed reports whether t, through one pointer, is the named type.
func isNamed(t types.Type, path, name string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

// jsonName is the name that a field has in JSON (or XML) documents.
func jsonName(tag, field string) string {
	for _, key := range []string{"json", "xml"} {
		if name, _, _ := strings.Cut(reflect.StructTag(tag).Get(key), ","); name != "" {
			return name
		}
	}
	return field
}

// IsRequest reports whether a type is *http.Request.
func IsRequest(t types.Type) bool {
	_, pointer := types.Unalias(t).(*types.Pointer)
	return pointer && isNamed(t, "net/http", "Request")
}

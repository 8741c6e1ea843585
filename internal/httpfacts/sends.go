package httpfacts

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A Send is a call that makes an outbound request, or a call of a function
// that makes one and hands the answer to its caller.
type Send struct {
	Fn     *ssa.Function // the function that holds the call
	Call   ssa.CallInstruction
	Lib    *library.Func // what is known of the callee; nil for wrappers
	Callee *types.Func   // nil for a function value
	Rows   []play.Row    // how the call can end
	// Wrapper says that the callee is a function that sends, of this package
	// or another one.
	Wrapper bool
	// Table is the wrapper's table.
	Table *play.Table
	// Opaque says that nothing is known of the callee but that it gives an
	// answer: a function value that was passed in.
	Opaque bool
	// Request is the *http.Request that is sent, where it is an argument.
	Request ssa.Value
}

var (
	errorType = types.Universe.Lookup("error").Type()
)

// isHTTPResponse reports whether t is *http.Response.
func isHTTPResponse(t types.Type) bool { return isNetHTTP(t, "Response") }

// isHTTPRequest reports whether t is *http.Request.
func isHTTPRequest(t types.Type) bool { return isNetHTTP(t, "Request") }

func isNetHTTP(t types.Type, name string) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "net/http"
}

// sendOf describes a call if it sends by itself: a library's function, or a
// function value or interface method with the shape of http.Client.Do.
func sendOf(lib *library.Set, fn *ssa.Function, call ssa.CallInstruction) *Send {
	common := call.Common()
	s := &Send{Fn: fn, Call: call}
	switch {
	case common.IsInvoke():
		s.Callee = common.Method
	default:
		if callee := common.StaticCallee(); callee != nil {
			s.Callee, _ = callee.Object().(*types.Func)
			if s.Callee == nil {
				return nil // a literal is entered where it is called
			}
		}
	}
	if s.Callee != nil {
		s.Lib = lib.FuncOf(s.Callee)
	}
	switch {
	case s.Lib != nil && s.Lib.Send != nil:
		s.Request = requestArg(call)
		s.Rows = libraryRows(common.Signature(), s.Lib.Send)
		if pkg := s.Callee.Pkg(); pkg != nil && pkg.Path() == "net/http" && !common.IsInvoke() {
			foreignErrors(s.Rows) // an interface may hold a type of the program
		}
		return s
	case s.Lib != nil:
		return nil
	case common.StaticCallee() == nil && isDoShape(common.Signature()):
		s.Request = requestArg(call)
		s.Rows = libraryRows(common.Signature(), &library.Send{Response: "http"})
		return s
	case s.Callee == nil && givesResponse(common.Signature()):
		s.Opaque = true
		s.Rows = libraryRows(common.Signature(), &library.Send{Response: "http"})
		return s
	}
	return nil
}

// givesResponse reports whether a signature's results are (*http.Response, error).
func givesResponse(sig *types.Signature) bool {
	return sig.Results().Len() == 2 && isHTTPResponse(sig.Results().At(0).Type()) && types.Identical(sig.Results().At(1).Type(), errorType)
}

// isDoShape reports whether a signature is func(*http.Request) (*http.Response, error).
func isDoShape(sig *types.Signature) bool {
	return sig.Params().Len() == 1 && isHTTPRequest(sig.Params().At(0).Type()) &&
		sig.Results().Len() == 2 && isHTTPResponse(sig.Results().At(0).Type()) && types.Identical(sig.Results().At(1).Type(), errorType)
}

// requestArg returns the argument that is an *http.Request, or nil.
func requestArg(call ssa.CallInstruction) ssa.Value {
	for _, a := range call.Common().Args {
		if isHTTPRequest(a.Type()) {
			return a
		}
	}
	return nil
}

// foreignErrors says of errors that they are of no type of the program.
func foreignErrors(rows []play.Row) {
	for _, row := range rows {
		if n := len(row.Res); n > 0 && row.Res[n-1].K == play.NonNil {
			row.Res[n-1].Kind = play.FromNet
		}
	}
}

// IsErrorStruct reports whether a type is a pointer to a struct that is called an
// error, as SDKs return it.
func IsErrorStruct(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok {
		return false
	}
	_, isStruct := n.Underlying().(*types.Struct)
	return isStruct && strings.HasSuffix(n.Obj().Name(), "Error")
}

// libraryRows says how a library's sending call ends.
func libraryRows(sig *types.Signature, send *library.Send) []play.Row {
	n := sig.Results().Len()
	row := func(out play.Outcomes, answer play.Res, failed bool) play.Row {
		r := play.Row{Out: out, Res: make([]play.Res, n)}
		for i := range n {
			t := sig.Results().At(i).Type()
			switch {
			case i == n-1 && (types.Identical(t, errorType) || send.Response == "" && IsErrorStruct(t)):
				r.Res[i] = play.Res{K: play.Nil}
				if failed {
					r.Res[i] = play.Res{K: play.NonNil, T: play.FromError}
				}
			case i == 0:
				r.Res[i] = answer
			case isHTTPResponse(t):
				r.Res[i] = play.Res{K: play.Resp, Own: true}
			default:
				r.Res[i] = play.Res{T: play.FromData}
			}
		}
		return r
	}
	switch send.Response {
	case "http":
		return []play.Row{
			row(play.NetError, play.Res{K: play.Nil}, true),
			row(play.AnyStatus, play.Res{K: play.Resp}, false),
		}
	case "raw":
		return []play.Row{
			row(play.NetError, play.Res{K: play.Nil}, true),
			row(play.AnyStatus, play.Res{K: play.Resp}, false),
		}
	case "own", "closed":
		rows := []play.Row{row(play.NetError, play.Res{K: play.NonNil}, true)}
		good := play.AnyStatus
		if send.ErrorOnStatus {
			fails := play.ErrorStatus
			if send.AcceptedFails {
				fails |= play.Status(202)
			}
			bad := row(fails, play.Res{K: play.Resp, Own: true}, true)
			bad.Res[n-1].T = play.FromError | play.FromStatus | play.FromData
			rows = append(rows, bad)
			good &^= fails
		}
		return append(rows, row(good, play.Res{K: play.Resp, Own: true}, false))
	}
	if n == 0 || !types.Identical(sig.Results().At(n-1).Type(), errorType) && !IsErrorStruct(sig.Results().At(n-1).Type()) {
		return nil
	}
	return []play.Row{
		row(play.NetError|play.ErrorStatus, play.Res{}, true),
		row(play.AnyStatus&^play.ErrorStatus, play.Res{T: play.FromData}, false),
	}
}

package httpfacts

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// PlayPolicy plays a function that is given an answer and an error, for every
// outcome, or returns nil for one that is given neither.
func (r *Result) PlayPolicy(fn *ssa.Function) *play.Result { return r.PlayPolicyOn(fn, "") }

// PlayPolicyOn does what PlayPolicy does for an error without an answer of a kind.
func (r *Result) PlayPolicyOn(fn *ssa.Function, kind string) *play.Result {
	good, bad := map[*ssa.Parameter]play.Value{}, map[*ssa.Parameter]play.Value{}
	for _, p := range fn.Params {
		switch t := library.TypeOf(p.Type()); {
		case isHTTPResponse(p.Type()):
			good[p], bad[p] = play.Value{K: play.Resp}, play.Value{K: play.Nil}
		case t != nil && t.Kind == "response":
			good[p], bad[p] = play.Value{K: play.Resp, Own: true}, play.Value{}
		case types.Identical(p.Type(), errorType):
			good[p], bad[p] = play.Value{K: play.Nil}, play.Value{K: play.NonNil, T: play.FromError, Kind: kind}
		}
	}
	if len(good) == 0 {
		return nil
	}
	r.tables.mu.Lock()
	defer r.tables.mu.Unlock()
	return r.tables.engine.Play(play.Site{Root: fn, Params: []play.ParamRow{{Out: play.AnyStatus, Values: good}, {Out: play.NetError, Values: bad}}})
}

// OperationSend describes a call of a function that was passed in as if it were
// a request: it returns an error when it fails. It returns nil for one without
// an error among its results.
func OperationSend(fn *ssa.Function, call *ssa.Call) *Send {
	res := call.Call.Signature().Results()
	n := res.Len()
	if n == 0 || !types.Identical(res.At(n-1).Type(), errorType) {
		return nil
	}
	row := func(out play.Outcomes, err play.Res) play.Row {
		r := play.Row{Out: out, Res: make([]play.Res, n)}
		r.Res[n-1] = err
		return r
	}
	return &Send{Fn: fn, Call: call, Opaque: true, Rows: []play.Row{
		row(play.NetError|play.ErrorStatus, play.Res{K: play.NonNil, T: play.FromError}),
		row(play.AnyStatus&^play.ErrorStatus, play.Res{K: play.Nil}),
	}}
}

package httpfacts

import (
	"go/token"
	"go/types"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// boundBy finds the timeout of the client that sends, or the parameter that
// it is. It reports false when neither is known.
func (w *Work) boundBy(site *WaitSite, client ssa.Value, fr *frame) bool {
	site.Client = 0
	if i := fr.parameter(client); i >= 0 {
		site.Client = 1 + i
		return true
	}
	if field := loadedVar(client); field != nil && w.othersSet(field) {
		site.Field = field
		return true
	}
	limit, ok := w.clientLimit(client, fr, 0)
	if ok && limit > 0 && (site.Limit == 0 || limit < site.Limit) {
		site.Limit = limit
	}
	return ok
}

// othersSet reports whether only other packages put a client in a field.
func (w *Work) othersSet(field *types.Var) bool {
	return field.IsField() && field.Exported() && field.Pkg() == w.pkg && isClient(field.Type()) && len(w.fields[field]) == 0 && len(w.retimed[field]) == 0
}

// A GivenClient is a client that this package puts in a field of another one,
// whose handler of webhooks waits for it.
type GivenClient struct {
	Vendor string
	What   string // the call there
	At     string // where that is
	Limit  time.Duration
	Value  ssa.Value
	Pos    token.Pos // of the store
}

// GivenClients returns the clients whose limits are known, in no order.
func (w *Work) GivenClients() []GivenClient {
	var list []GivenClient
	for field, cost := range w.vars {
		if len(w.retimed[field]) > 0 || len(cost.Waits) == 0 {
			continue
		}
		for _, st := range w.stores[field] {
			limit, ok := w.clientLimit(st.Val, w.root(st.Parent()), 0)
			if !ok {
				continue
			}
			wait := cost.Waits[0]
			if wait.Limit > 0 && (limit == 0 || wait.Limit < limit) {
				limit = wait.Limit
			}
			list = append(list, GivenClient{Vendor: cost.Vendor, What: wait.What, At: cost.At, Limit: limit, Value: st.Val, Pos: st.Pos()})
		}
	}
	return list
}

// parameter returns which parameter of the function that is studied a value
// is, or -1.
func (fr *frame) parameter(v ssa.Value) int {
	top := fr
	for top.up != nil {
		top = top.up
	}
	for range maxDepth {
		switch x := v.(type) {
		case *ssa.Parameter:
			if arg, up := fr.argument(x); arg != nil {
				v, fr = arg, up
				continue
			}
			if fr.fn != top.fn {
				return -1
			}
			for i, p := range fr.fn.Params {
				if p == x {
					return i
				}
			}
			return -1
		case *ssa.FreeVar:
			if v, fr = fr.binding(x); v == nil || fr == nil {
				return -1
			}
			continue
		}
		return -1
	}
	return -1
}

// patience is Cost.Patience of a function.
func (w *Work) patience(fn *ssa.Function) time.Duration {
	results := fn.Signature.Results()
	if results.Len() == 0 || !isClient(results.At(0).Type()) {
		return 0
	}
	limit, ok := w.returned(fn, 0)
	switch {
	case !ok:
		return 0
	case limit == 0:
		return -1
	}
	return limit
}

// returned returns the limit of the client that a function returns.
func (w *Work) returned(fn *ssa.Function, depth int) (time.Duration, bool) {
	var vals []ssa.Value
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 && !isNil(ret.Results[0]) {
			vals = append(vals, ret.Results[0])
		}
	}
	return w.sameLimit(vals, w.root(fn), depth)
}

// clientLimit returns how long a request of an *http.Client may take by the
// client's own settings: 0 is for ever. It reports false when not every way
// that the client was made is known.
func (w *Work) clientLimit(v ssa.Value, fr *frame, depth int) (time.Duration, bool) {
	if v == nil || depth > 6 {
		return 0, false
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		return w.literalLimit(v, fr, nil, depth)
	case *ssa.Parameter:
		if fr == nil {
			return 0, false
		}
		arg, up := fr.argument(v)
		return w.clientLimit(arg, up, depth+1)
	case *ssa.FreeVar:
		if fr == nil {
			return 0, false
		}
		b, lex := fr.binding(v)
		return w.clientLimit(b, lex, depth+1)
	case *ssa.Phi:
		return w.sameLimit(v.Edges, fr, depth)
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return 0, false
		}
		if field := loadedVar(v); field != nil {
			return w.keptLimit(field, depth)
		}
		return w.variableLimit(v, fr, depth)
	case *ssa.Call:
		return w.madeLimit(v, v, fr, nil, depth)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 {
			return w.madeLimit(call, v, fr, nil, depth)
		}
	}
	return 0, false
}

// keptLimit returns the limit of the client in a field or package variable.
func (w *Work) keptLimit(v *types.Var, depth int) (time.Duration, bool) {
	if isDefaultClient(v) {
		return 0, !w.defaultClientSet()
	}
	if v.Exported() || v.Pkg() != w.pkg || len(w.retimed[v]) > 0 {
		return 0, false
	}
	if vals := w.fields[v]; len(vals) > 0 {
		return w.sameLimit(vals, nil, depth)
	}
	for g, vals := range w.globals {
		if g.Object() == v {
			return w.sameLimit(vals, nil, depth)
		}
	}
	return 0, false
}

// variableLimit returns the limit of the client in a local variable.
func (w *Work) variableLimit(v *ssa.UnOp, fr *frame, depth int) (time.Duration, bool) {
	if fr == nil {
		return 0, false
	}
	addr, at := v.X, fr
	for {
		free, ok := addr.(*ssa.FreeVar)
		if !ok {
			break
		}
		if addr, at = at.binding(free); addr == nil || at == nil {
			return 0, false
		}
	}
	var vals []ssa.Value
	if alloc, ok := addr.(*ssa.Alloc); !ok || !eachStore(alloc, at, func(v ssa.Value, _ *frame) { vals = append(vals, v) }) {
		return 0, false
	}
	return w.sameLimit(vals, fr, depth)
}

// sameLimit returns the longest of the limits; all of them must be known.
func (w *Work) sameLimit(vals []ssa.Value, fr *frame, depth int) (time.Duration, bool) {
	var longest time.Duration
	forever := false
	for _, v := range vals {
		d, ok := w.clientLimit(v, fr, depth+1)
		if !ok {
			return 0, false
		}
		forever = forever || d == 0
		longest = max(longest, d)
	}
	if forever {
		longest = 0
	}
	return longest, len(vals) > 0
}

// literalLimit reads the settings of a client made by a literal, as they are
// at an instruction (nil: any). Without a timeout of the client's own its
// transport may have one: unknown. So is a client that others configure.
func (w *Work) literalLimit(alloc *ssa.Alloc, fr *frame, at ssa.Instruction, depth int) (time.Duration, bool) {
	if typeKey(alloc.Type()) != "net/http.Client" {
		return 0, false
	}
	set := w.settings(alloc, fr, at, depth)
	if set.unknown || set.transport && set.limit == 0 {
		return 0, false
	}
	return set.limit, true
}

// madeLimit returns the limit of the client v that a call makes.
func (w *Work) madeLimit(call *ssa.Call, v ssa.Value, fr *frame, at ssa.Instruction, depth int) (time.Duration, bool) {
	set := w.settings(v, fr, at, depth)
	if set.unknown {
		return 0, false
	}
	if set.limit > 0 && set.always {
		return set.limit, true
	}
	var limit time.Duration
	if fn := w.local(call.Call.StaticCallee()); fn != nil {
		d, ok := w.returned(fn, depth)
		if !ok {
			return 0, false
		}
		limit = d
	} else {
		cost := w.facts[calleeOf(&call.Call)]
		if cost == nil || cost.Patience == 0 {
			return 0, false
		}
		limit = max(cost.Patience, 0)
	}
	if set.transport && limit == 0 {
		return 0, false
	}
	if set.limit > 0 && (limit == 0 || set.limit < limit) {
		limit = set.limit
	}
	return limit, true
}

// clientSettings is what a function gives to a client that it made or got.
type clientSettings struct {
	limit     time.Duration // the shortest timeout, 0: none
	always    bool          // on every path
	transport bool
	unknown   bool
}

// settings reads what is set on a client before an instruction (nil: ever).
func (w *Work) settings(client ssa.Value, fr *frame, at ssa.Instruction, depth int) clientSettings {
	var set clientSettings
	for _, ref := range *client.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			role := clientRole(client.Type(), fieldVar(client.Type(), ref.Field))
			for _, use := range *ref.Referrers() {
				st, ok := use.(*ssa.Store)
				if !ok {
					_, read := use.(*ssa.UnOp)
					_, debug := use.(*ssa.DebugRef)
					set.unknown = set.unknown || role == "timeout" && !read && !debug
					continue
				}
				switch role {
				case "timeout":
					d, ok := w.duration(st.Val, fr, depth+1)
					if !ok {
						set.unknown = true
					}
					if set.limit == 0 || d > 0 && d < set.limit {
						set.limit = d
					}
					set.always = set.always || follows(client, st)
				case "transport":
					set.transport = set.transport || !isNil(st.Val)
					set.unknown = set.unknown || w.limits(st.Val)
				}
			}
		case *ssa.Call:
			if f := w.lib.FuncOf(calleeOf(&ref.Call)); f != nil && f.Send != nil || at != nil && !precedes(ref, at) {
				continue
			}
			set.unknown = true // somebody may configure it
		case *ssa.MakeInterface:
			for _, use := range *ref.Referrers() {
				switch use := use.(type) {
				case *ssa.Store, *ssa.Return, *ssa.Phi, *ssa.DebugRef:
				default:
					set.unknown = set.unknown || at == nil || precedes(use, at)
				}
			}
		}
	}
	return set
}

// limits reports whether a transport is seen to have time limits of its own.
func (w *Work) limits(transport ssa.Value) bool {
	made, ok := transport.(*ssa.MakeInterface)
	if !ok {
		return false
	}
	if method := namedMethod(made.X.Type(), "RoundTrip"); method != nil && made.Parent() != nil {
		for _, b := range blocksOf(made.Parent().Prog.FuncValue(method)) {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || calleeOf(&call.Call) == nil {
					continue
				}
				key := library.Key(calleeOf(&call.Call))
				if _, ok := w.know.Limits[key]; ok || key == "context.WithDeadline" || key == "context.WithDeadlineCause" {
					return true
				}
			}
		}
	}
	refs := made.X.Referrers()
	if refs == nil {
		return false
	}
	for _, ref := range *refs {
		addr, ok := ref.(*ssa.FieldAddr)
		if ok && clientRole(made.X.Type(), fieldVar(made.X.Type(), addr.Field)) == "timeout" && fieldVar(made.X.Type(), addr.Field).Name() == "ResponseHeaderTimeout" {
			return true
		}
	}
	return false
}

// follows reports whether the store is made whenever the client is.
func follows(client ssa.Value, st *ssa.Store) bool {
	made, ok := client.(ssa.Instruction)
	if !ok {
		return false
	}
	if made.Block() == st.Block() {
		return true
	}
	for _, b := range st.Parent().Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 && !isNil(ret.Results[0]) && !st.Block().Dominates(b) {
			return false
		}
	}
	return true
}

// precedes reports whether an instruction may run before another one of the
// same function.
func precedes(a, b ssa.Instruction) bool {
	if a.Parent() != b.Parent() {
		return true
	}
	if a.Block() != b.Block() {
		return reachable(a.Block())[b.Block()]
	}
	if reachable(a.Block())[a.Block()] {
		return true
	}
	for _, instr := range a.Block().Instrs {
		switch instr {
		case a:
			return true
		case b:
			return false
		}
	}
	return true
}

// duration returns a duration that is a constant, or the timeout of a client
// whose own is known.
func (w *Work) duration(v ssa.Value, fr *frame, depth int) (time.Duration, bool) {
	if d := constDuration(v); d >= 0 {
		return d, true
	}
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || depth > 6 {
		return 0, false
	}
	switch addr := load.X.(type) {
	case *ssa.FieldAddr:
		if typeKey(addr.X.Type()) != "net/http.Client" || clientRole(addr.X.Type(), fieldVar(addr.X.Type(), addr.Field)) != "timeout" {
			return 0, false
		}
		switch client := addr.X.(type) {
		case *ssa.Alloc:
			return w.literalLimit(client, fr, load, depth+1)
		case *ssa.Call:
			return w.madeLimit(client, client, fr, load, depth+1)
		}
		return w.clientLimit(addr.X, fr, depth+1)
	case *ssa.Global:
		vals := w.globals[addr]
		if len(vals) == 1 && !addr.Object().Exported() {
			return w.duration(vals[0], nil, depth+1)
		}
	}
	return 0, false
}

// defaultClientSet reports whether the package changes http.DefaultClient.
func (w *Work) defaultClientSet() bool {
	for g := range w.globals {
		if v, ok := g.Object().(*types.Var); ok && isDefaultClient(v) {
			return true
		}
	}
	for v := range w.fields {
		if v.Pkg() != nil && v.Pkg().Path() == "net/http" && v.Name() == "Timeout" && len(w.timeouts(v)) > 0 {
			return true
		}
	}
	return false
}

// timeouts lists the values stored in the field of a client that is not a
// literal's: DefaultClient's.
func (w *Work) timeouts(field *types.Var) []ssa.Value {
	var list []ssa.Value
	for st := range lazyssa.Each[*ssa.Store](w.funcs...) {
		addr, ok := st.Addr.(*ssa.FieldAddr)
		if !ok || fieldVar(addr.X.Type(), addr.Field) != field {
			continue
		}
		if v := loadedVar(addr.X); v != nil && isDefaultClient(v) {
			list = append(list, st.Val)
		}
	}
	return list
}

func isDefaultClient(v *types.Var) bool {
	g := library.GlobalOf(v)
	return g != nil && g.Kind == "default-client"
}

// clientRole returns what a field of a known client sets.
func clientRole(client types.Type, field *types.Var) string {
	t := library.TypeOf(client)
	if t == nil || field == nil {
		return ""
	}
	return t.Fields[field.Name()]
}

// namedMethod returns a type's method of that name, or nil.
func namedMethod(t types.Type, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, _ := obj.(*types.Func)
	return fn
}

func blocksOf(fn *ssa.Function) []*ssa.BasicBlock {
	if fn == nil {
		return nil
	}
	return fn.Blocks
}

func isClient(t types.Type) bool { return isPointer(t) && typeKey(t) == "net/http.Client" }

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

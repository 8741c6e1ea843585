package httpmodel

import (
	"go/token"
	"net/http"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A MadeRequest is a request that the package makes, and what it does with it
// until it is sent.
type MadeRequest struct {
	Call    *ssa.Call // makes it
	Headers []HeaderSet
	Sent    []ssa.CallInstruction
	// Open says that code which is not seen may set headers, too.
	Open bool
	// Via is the call of the function around Call that the request is followed
	// from, nil where it is followed through every one.
	Via *ssa.Call

	handed []*ssa.Call // calls of the functions that return it
}

// A HeaderSet is a place that sets a header of a request.
type HeaderSet struct {
	Name  string // canonical; "" where it is not constant
	Arg   ssa.Value
	Value ssa.Value
	Pos   token.Pos

	instr ssa.Instruction
}

// MadeRequests returns the requests that the package makes with functions that
// a library describes, in source order.
func (m *Model) MadeRequests() []*MadeRequest {
	if m.Empty() {
		return nil
	}
	var list []*MadeRequest
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		lib := library.FuncOf(CalleeObject(call))
		if lib == nil || lib.NewRequest == nil || lib.NewRequest.From != nil || lib.NewRequest.URL == nil {
			continue
		}
		list = append(list, m.followRequest(call, nil))
	}
	return list
}

// followRequest follows a request from where it is made. Where via is given,
// it leaves the function that makes it through that call only.
func (m *Model) followRequest(made, via *ssa.Call) *MadeRequest {
	r := &MadeRequest{Call: made, Via: via}
	w := &requestWalk{m: m, ix: m.flow(), r: r, seen: map[ssa.Value]bool{}}
	w.request(made)
	return r
}

// Sets returns the places that set a header; any of them may be left out on
// some path.
func (r *MadeRequest) Sets(name string) []HeaderSet {
	var list []HeaderSet
	for _, h := range r.Headers {
		if h.Name == http.CanonicalHeaderKey(name) {
			list = append(list, h)
		}
	}
	return list
}

type requestWalk struct {
	m    *Model
	ix   *flowIndex
	r    *MadeRequest
	seen map[ssa.Value]bool
}

// request follows a request forward. What the package does not show leaves it
// open.
func (w *requestWalk) request(v ssa.Value) {
	if v == nil || w.seen[v] || v.Referrers() == nil {
		return
	}
	if w.seen[v] = true; len(w.seen) > 300 {
		w.r.Open = true
		return
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Extract:
			if ref.Index == 0 {
				w.request(ref)
			}
		case *ssa.Phi:
			w.request(ref)
		case *ssa.FieldAddr:
			w.field(ref)
		case *ssa.UnOp: // a captured variable, or a copy of the struct
			if _, isVariable := v.(*ssa.FreeVar); isVariable {
				w.request(ref)
			} else {
				w.r.Open = true
			}
		case *ssa.Store:
			w.stored(v, ref)
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == v && i < len(fn.FreeVars) {
					w.request(fn.FreeVars[i])
				}
			}
		case *ssa.Return:
			w.returned(v, ref)
		case ssa.CallInstruction:
			w.call(v, ref)
		default:
			w.r.Open = true
		}
	}
}

func (w *requestWalk) stored(v ssa.Value, st *ssa.Store) {
	if st.Val != v {
		return
	}
	switch addr := st.Addr.(type) {
	case *ssa.Alloc:
		w.cell(addr)
	case *ssa.FreeVar:
		for _, b := range w.ix.bindings(addr) {
			if a, ok := b.(*ssa.Alloc); ok {
				w.cell(a)
			}
		}
	default:
		w.r.Open = true
	}
}

func (w *requestWalk) cell(a *ssa.Alloc) {
	uses := w.ix.cellUses(a)
	for _, load := range uses.loads {
		w.request(load)
	}
	w.r.Open = w.r.Open || uses.leaks
}

func (w *requestWalk) returned(v ssa.Value, ret *ssa.Return) {
	calls, complete := w.ix.callers(ret.Parent())
	if via := w.r.Via; via != nil && ret.Parent() == w.r.Call.Parent() {
		calls, complete = []ssa.CallInstruction{via}, true
	}
	w.r.Open = w.r.Open || !complete
	for _, call := range calls {
		if c, ok := call.(*ssa.Call); ok && ret.Parent() == w.r.Call.Parent() {
			w.r.handed = append(w.r.handed, c)
		}
		for i, res := range ret.Results {
			if res != v || call.Value() == nil {
				continue
			}
			if len(ret.Results) == 1 {
				w.request(call.Value())
				continue
			}
			for _, ref := range *call.Value().Referrers() {
				if x, ok := ref.(*ssa.Extract); ok && x.Index == i {
					w.request(x)
				}
			}
		}
	}
}

func (w *requestWalk) call(v ssa.Value, call ssa.CallInstruction) {
	fn := CalleeObject(call)
	lib := library.FuncOf(fn)
	switch {
	case w.m.sendsIt(call, v):
		w.r.Sent = append(w.r.Sent, call)
	case w.m.sentBefore(v, call):
	case lib != nil && lib.SetHeader != nil:
		w.set(call, lib.SetHeader)
	case lib != nil && lib.NewRequest != nil && lib.NewRequest.From != nil:
		w.request(call.Value())
	case lib != nil || inPackage(fn, "net/http") || inPackage(fn, "net/http/httputil"):
	default:
		callee := staticCallee(call.Common())
		if callee == nil || callee.Blocks == nil {
			w.r.Open = true
			return
		}
		for i, p := range callee.Params {
			if argument(call, i) == v {
				w.request(p)
			}
		}
	}
}

// sendsIt reports whether a call sends a request as it is: one of a library, or
// through an interface or a function value that has the form of Client.Do.
func (m *Model) sendsIt(call ssa.CallInstruction, req ssa.Value) bool {
	lib := library.FuncOf(CalleeObject(call))
	for _, s := range m.Sends() {
		if s.Call == call && s.Request == req && !s.Wrapper {
			return lib != nil && lib.Send != nil || staticCallee(call.Common()) == nil
		}
	}
	return false
}

// sentBefore reports whether a request is sent on every way to a call that gets
// it: what happens to it then is too late.
func (m *Model) sentBefore(req ssa.Value, call ssa.CallInstruction) bool {
	for _, ref := range *req.Referrers() {
		sent, ok := ref.(ssa.CallInstruction)
		if !ok || sent == call || !m.sendsIt(sent, req) {
			continue
		}
		a, b := sent.Block(), call.Block()
		if a == b && follows(sent, call) && !follows(call, sent) || a != b && a.Dominates(b) && !inLoop(a) {
			return true
		}
	}
	return false
}

func (w *requestWalk) set(call ssa.CallInstruction, h *library.Header) {
	if h.All != nil || h.Fixed == "" && h.Name == nil {
		w.r.Open = true
		return
	}
	set := HeaderSet{Name: h.Fixed, Pos: call.Pos(), Value: argAt(call.Common(), h.Value), instr: call}
	if h.Name != nil {
		set.Arg = argAt(call.Common(), h.Name)
		set.Name, _ = constString(set.Arg)
	}
	if names := rangedKeys(set.Arg); set.Name == "" && len(names) > 0 {
		for _, up := range names {
			name, _ := constString(up.Key)
			w.add(HeaderSet{Name: name, Arg: up.Key, Value: up.Value, Pos: up.Pos(), instr: call})
		}
		return
	}
	w.add(set)
}

// rangedKeys returns the entries of a map whose keys a loop goes through, where
// it is made here with constant keys and goes nowhere else.
func rangedKeys(key ssa.Value) []*ssa.MapUpdate {
	x, ok := key.(*ssa.Extract)
	if !ok || x.Index != 1 {
		return nil
	}
	next, ok := x.Tuple.(*ssa.Next)
	if !ok {
		return nil
	}
	loop, ok := next.Iter.(*ssa.Range)
	if !ok {
		return nil
	}
	made, ok := loop.X.(*ssa.MakeMap)
	if !ok {
		return nil
	}
	var list []*ssa.MapUpdate
	for _, ref := range *made.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.Range:
		case *ssa.MapUpdate:
			if _, ok := constString(ref.Key); !ok {
				return nil
			}
			list = append(list, ref)
		default:
			return nil
		}
	}
	return list
}

func (w *requestWalk) add(set HeaderSet) {
	set.Name = http.CanonicalHeaderKey(set.Name)
	w.r.Open = w.r.Open || set.Name == ""
	w.r.Headers = append(w.r.Headers, set)
}

// field follows the use of one of the request's fields.
func (w *requestWalk) field(fa *ssa.FieldAddr) {
	t := library.TypeOf(fa.X.Type())
	f := structField(fa.X.Type(), fa.Field)
	if t == nil || f == nil || t.Fields[f.Name()] != "header" {
		return // no field that holds headers
	}
	for _, ref := range *fa.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			w.header(ref)
		case *ssa.Store:
			if made, ok := ref.Val.(*ssa.MakeMap); ok {
				w.header(made)
			} else {
				w.r.Open = true
			}
		default:
			w.r.Open = true
		}
	}
}

// header follows the request's header.
func (w *requestWalk) header(v ssa.Value) {
	if w.seen[v] {
		return
	}
	w.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.Range, *ssa.Lookup:
		case *ssa.Store:
			if fa, ok := ref.Addr.(*ssa.FieldAddr); !ok || ref.Val != v || !isNamed(fa.X.Type(), "net/http", "Request") {
				w.r.Open = true
			}
		case *ssa.MapUpdate:
			if ref.Map == v {
				name, _ := constString(ref.Key)
				w.add(HeaderSet{Name: name, Arg: ref.Key, Value: ref.Value, Pos: ref.Pos(), instr: ref})
			}
		case *ssa.ChangeType:
			w.header(ref)
		case ssa.CallInstruction:
			w.headerCall(v, ref)
		default:
			w.r.Open = true
		}
	}
}

func (w *requestWalk) headerCall(v ssa.Value, call ssa.CallInstruction) {
	fn := CalleeObject(call)
	lib := library.FuncOf(fn)
	switch {
	case lib != nil && lib.SetHeader != nil:
		w.set(call, lib.SetHeader)
	case lib != nil || inPackage(fn, "net/http"):
	default:
		callee := staticCallee(call.Common())
		if callee == nil || callee.Blocks == nil {
			w.r.Open = true
			return
		}
		for i, p := range callee.Params {
			if argument(call, i) == v && p.Referrers() != nil {
				w.header(p)
			}
		}
	}
}

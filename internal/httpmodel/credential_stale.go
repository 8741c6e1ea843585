package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A StaleRequest is a request that goes out again with the token it was built
// with, although the program has renewed the token.
type StaleRequest struct {
	Pos   token.Pos  // where it goes out again
	Field *types.Var // the field that the token was taken from
	Renew token.Pos  // where the token is renewed, or copied from its source
	Built token.Pos  // where the request is built, for one that is sent in a loop
	Loop  bool       // built before an endless loop, sent by each round
}

// StaleRequests returns the package's requests that are sent with an old token.
func (m *Model) StaleRequests() []StaleRequest {
	if m.Empty() {
		return nil
	}
	w := &staleWalk{m: m, ix: m.flow(), auth: map[ssa.Value][]*types.Var{}}
	for _, s := range m.Sends() {
		if s.Request != nil && !s.Wrapper {
			w.resent(s)
		}
	}
	for call := range lazyssa.Each[*ssa.Call](w.ix.funcs...) {
		if isNamed(call.Type(), "net/http", "Request") {
			w.prebuilt(call)
		}
	}
	return w.list
}

type staleWalk struct {
	m    *Model
	ix   *flowIndex
	auth map[ssa.Value][]*types.Var
	list []StaleRequest
}

// resent looks for: send, renew the token, send the same request again.
func (w *staleWalk) resent(s *Send) {
	req := requestRoot(s.Request)
	fields := w.authFields(req, 0)
	if len(fields) == 0 {
		return
	}
	fn := s.Call.Parent()
	for _, b := range fn.Blocks {
		for i, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && follows(s.Call, st) {
				if f := renewedHere(st, fields); f != nil {
					if again := w.sentAfter(b, i, req); again.IsValid() {
						w.list = append(w.list, StaleRequest{Pos: again, Field: f, Renew: st.Pos()})
						return
					}
				}
			}
			call, ok := instr.(*ssa.Call)
			if !ok || !follows(s.Call, call) {
				continue
			}
			callee := staticCallee(&call.Call)
			if callee == nil || takes(call, req) {
				continue
			}
			for _, f := range fields {
				if !w.renews(callee, f) {
					continue
				}
				if again := w.sentAfter(b, i, req); again.IsValid() {
					w.list = append(w.list, StaleRequest{Pos: again, Field: f, Renew: call.Pos()})
					return
				}
			}
		}
	}
}

// renewedHere returns the field that a store puts a new value into, or nil.
func renewedHere(st *ssa.Store, fields []*types.Var) *types.Var {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if _, fixed := st.Val.(*ssa.Const); !ok || fixed {
		return nil
	}
	if f := structField(fa.X.Type(), fa.Field); f != nil && slices.Contains(fields, f) {
		return f
	}
	return nil
}

// follows reports whether b can run after a.
func follows(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() {
		return slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b) || inLoop(a.Block())
	}
	return reachable(a.Block().Succs, b.Block(), nil)
}

func takes(call ssa.CallInstruction, v ssa.Value) bool {
	for _, arg := range call.Common().Args {
		if requestRoot(arg) == v {
			return true
		}
	}
	return false
}

// requestRoot looks through WithContext: its copy shares the header.
func requestRoot(v ssa.Value) ssa.Value {
	for range 6 {
		switch x := v.(type) {
		case *ssa.Call:
			f := library.FuncOf(CalleeObject(x))
			if f == nil || f.NewRequest == nil || f.NewRequest.From == nil || *f.NewRequest.From != library.Recv || CalleeObject(x).Name() != "WithContext" {
				return v
			}
			v = x.Call.Args[0]
		case *ssa.MakeInterface:
			v = x.X
		default:
			return v
		}
	}
	return v
}

// renews reports whether a function puts a new value into a field.
func (w *staleWalk) renews(fn *ssa.Function, f *types.Var) bool {
	found := false
	look := func(fn *ssa.Function) {
		for st := range lazyssa.Each[*ssa.Store](fn) {
			if isZero(st.Val) {
				continue
			}
			if fa, ok := st.Addr.(*ssa.FieldAddr); ok && structField(fa.X.Type(), fa.Field) == f {
				found = true
			}
		}
	}
	look(fn)
	w.m.reaches(fn, func(call ssa.CallInstruction) bool {
		if callee := staticCallee(call.Common()); callee != nil {
			look(callee)
		}
		return found
	})
	return found
}

// sentAfter returns where the request is sent after instruction i of a block,
// without its header being set or the request being made again on the way.
func (w *staleWalk) sentAfter(b *ssa.BasicBlock, i int, req ssa.Value) token.Pos {
	pos, blocked := w.scan(b.Instrs[i+1:], req)
	if pos.IsValid() || blocked {
		return pos
	}
	seen := map[*ssa.BasicBlock]bool{}
	work := slices.Clone(b.Succs)
	for len(work) > 0 {
		c := work[0]
		work = work[1:]
		if seen[c] {
			continue
		}
		seen[c] = true
		pos, blocked := w.scan(c.Instrs, req)
		if pos.IsValid() {
			return pos
		}
		if !blocked {
			work = append(work, c.Succs...)
		}
	}
	return token.NoPos
}

// scan walks over instructions until the request is sent (pos) or changed.
func (w *staleWalk) scan(instrs []ssa.Instruction, req ssa.Value) (pos token.Pos, blocked bool) {
	for _, instr := range instrs {
		if v, ok := instr.(ssa.Value); ok && v == req {
			return token.NoPos, true // made anew
		}
		call, ok := instr.(ssa.CallInstruction)
		if !ok {
			if st, ok := instr.(*ssa.MapUpdate); ok && isHeaderMap(st.Map.Type()) {
				return token.NoPos, true
			}
			if st, ok := instr.(*ssa.Store); ok {
				if fa, ok := st.Addr.(*ssa.FieldAddr); ok && requestRoot(fa.X) == req && structField(fa.X.Type(), fa.Field).Name() == "Header" {
					return token.NoPos, true
				}
			}
			continue
		}
		f := w.m.lib.FuncOf(CalleeObject(call))
		switch {
		case f != nil && f.SetHeader != nil:
			return token.NoPos, true
		case f != nil && f.Send != nil && takes(call, req):
			return call.Pos(), false
		case f == nil && takes(call, req):
			return token.NoPos, true // may set its header
		}
	}
	return token.NoPos, false
}

// authFields returns the fields whose value is in the request's authentication
// headers, set here or in functions of the package that get or make it.
func (w *staleWalk) authFields(req ssa.Value, depth int) []*types.Var {
	if req == nil || req.Referrers() == nil || depth > 4 {
		return nil
	}
	if known, ok := w.auth[req]; ok {
		return known
	}
	w.auth[req] = nil
	var list []*types.Var
	for _, ref := range *req.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			f := structField(ref.X.Type(), ref.Field)
			t := w.m.lib.TypeOf(ref.X.Type())
			if t == nil || f == nil || t.Fields[f.Name()] != "header" {
				continue
			}
			for _, r := range *ref.Referrers() {
				if load, ok := r.(*ssa.UnOp); ok {
					list = append(list, w.headerFields(load)...)
				}
			}
		case *ssa.Call:
			list = append(list, w.callFields(ref, req, depth)...)
		}
	}
	if call := builderOf(req); call != nil {
		list = append(list, w.builtFields(call, depth)...)
	}
	w.auth[req] = list
	return list
}

func (w *staleWalk) callFields(call *ssa.Call, req ssa.Value, depth int) []*types.Var {
	callee := staticCallee(&call.Call)
	if callee == nil || callee.Blocks == nil {
		return nil
	}
	var list []*types.Var
	for i, p := range callee.Params {
		if argument(call, i) == req {
			list = append(list, w.authFields(p, depth+1)...)
		}
	}
	return list
}

// builderOf returns the call that a request is the result of.
func builderOf(v ssa.Value) *ssa.Call {
	switch v := v.(type) {
	case *ssa.Call:
		return v
	case *ssa.Extract:
		call, _ := v.Tuple.(*ssa.Call)
		return call
	}
	return nil
}

// builtFields looks into the package's function that makes the request.
func (w *staleWalk) builtFields(call *ssa.Call, depth int) []*types.Var {
	fn := staticCallee(&call.Call)
	if fn == nil || fn.Blocks == nil {
		return nil
	}
	var list []*types.Var
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for _, r := range ret.Results {
			if isNamed(r.Type(), "net/http", "Request") {
				list = append(list, w.authFields(requestRoot(r), depth+1)...)
			}
		}
	}
	return list
}

// headerFields returns the fields whose text is set in a header.
func (w *staleWalk) headerFields(header ssa.Value) []*types.Var {
	var list []*types.Var
	for _, ref := range *header.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok {
			continue
		}
		f := w.m.lib.FuncOf(CalleeObject(call))
		if f == nil || f.SetHeader == nil || f.SetHeader.Name == nil || f.SetHeader.Value == nil {
			continue
		}
		name, ok := argument(call, int(*f.SetHeader.Name)+1).(*ssa.Const)
		if !ok || !IsAuthHeader(constText(name)) {
			continue
		}
		list = append(list, textFields(argument(call, int(*f.SetHeader.Value)+1), 0)...)
	}
	return list
}

// textFields returns the fields that a text is made of in this function.
func textFields(v ssa.Value, depth int) []*types.Var {
	if depth > 8 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL && isText(v.Type()) {
			return []*types.Var{structField(fa.X.Type(), fa.Field)}
		}
	case *ssa.BinOp:
		return append(textFields(v.X, depth+1), textFields(v.Y, depth+1)...)
	case *ssa.Convert:
		return textFields(v.X, depth+1)
	case *ssa.MakeInterface:
		return textFields(v.X, depth+1)
	case *ssa.Slice:
		var list []*types.Var
		if a, ok := v.X.(*ssa.Alloc); ok && isArray(a) {
			for _, ref := range *a.Referrers() {
				if ia, ok := ref.(*ssa.IndexAddr); ok {
					for _, r := range *ia.Referrers() {
						if st, ok := r.(*ssa.Store); ok {
							list = append(list, textFields(st.Val, depth+1)...)
						}
					}
				}
			}
		}
		return list
	case *ssa.Call:
		var list []*types.Var
		if isTextFunc(CalleeObject(v)) {
			for _, arg := range v.Call.Args {
				list = append(list, textFields(arg, depth+1)...)
			}
		}
		return list
	}
	return nil
}

// prebuilt looks for a request with a run-time token that is built before a
// loop which waits, and sent by each of its rounds.
func (w *staleWalk) prebuilt(build *ssa.Call) {
	if inLoop(build.Block()) {
		return
	}
	tokens := w.builtFields(build, 0)
	if len(tokens) == 0 {
		return
	}
	i := slices.IndexFunc(tokens, func(f *types.Var) bool { return w.copied(f).IsValid() })
	if i < 0 {
		return
	}
	sent := w.sentInLoop(build, build.Block(), map[ssa.Value]bool{})
	if sent == nil || !waitsInLoop(sent.Block()) {
		return
	}
	w.list = append(w.list, StaleRequest{Pos: sent.Pos(), Field: tokens[i], Renew: w.copied(tokens[i]), Built: build.Pos(), Loop: true})
}

// copied returns where a token that expires is put into a field.
func (w *staleWalk) copied(f *types.Var) token.Pos {
	for _, c := range w.m.Credentials() {
		if c.Looked {
			continue
		}
		for _, v := range c.Values {
			for _, s := range w.m.Sinks(v) {
				if s.Kind == SinkField && s.Field == f && w.m.Expires(c) {
					return s.Instr.Pos()
				}
			}
		}
	}
	return token.NoPos
}

// sentInLoop returns a call in a loop that gets the request and sends it.
func (w *staleWalk) sentInLoop(v ssa.Value, made *ssa.BasicBlock, seen map[ssa.Value]bool) ssa.CallInstruction {
	if seen[v] || v.Referrers() == nil {
		return nil
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Phi:
			if call := w.sentInLoop(ref, made, seen); call != nil {
				return call
			}
		case *ssa.Call:
			if root := requestRoot(ref); root == v && ref != v {
				if call := w.sentInLoop(ref, made, seen); call != nil {
					return call
				}
			}
			if !inLoop(ref.Block()) {
				continue
			}
			callee := staticCallee(&ref.Call)
			if f := w.m.lib.FuncOf(CalleeObject(ref)); f != nil && f.Send != nil {
				return ref
			}
			if callee != nil && !w.setsAuth(ref, v) && w.m.reaches(callee, w.m.isSend) {
				return ref
			}
		}
	}
	return nil
}

// setsAuth reports whether a function that gets the request sets its header.
func (w *staleWalk) setsAuth(call *ssa.Call, req ssa.Value) bool {
	return w.m.reaches(staticCallee(&call.Call), func(c ssa.CallInstruction) bool {
		f := w.m.lib.FuncOf(CalleeObject(c))
		return f != nil && f.SetHeader != nil
	})
}

// waitsInLoop reports whether the loop around a block waits for a timer or a
// channel, so that it runs for long.
func waitsInLoop(b *ssa.BasicBlock) bool {
	for _, c := range b.Parent().Blocks {
		if !reachable(c.Succs, b, nil) || !reachable(b.Succs, c, nil) {
			continue
		}
		for _, instr := range c.Instrs {
			switch instr := instr.(type) {
			case *ssa.Select:
				if instr.Blocking {
					return true
				}
			case *ssa.UnOp:
				if instr.Op == token.ARROW {
					return true
				}
			}
		}
	}
	return false
}

package httpmodel

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// Bounded reports whether something else than the answer ends the poll: a
// count, a deadline, a context. No means that it goes on for as long as the
// state is another one.
func (p *Poll) Bounded() Answer {
	if p.elsewhere() {
		return Unknown
	}
	for b := range p.ask.loop.Blocks {
		iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || p.ask.staysIn(b.Succs[0]) == p.ask.staysIn(b.Succs[1]) {
			continue
		}
		if !p.ofAnswer(iff.Cond, map[ssa.Value]bool{}) {
			return Yes
		}
	}
	return p.contextEnds()
}

// elsewhere reports whether the loop runs in a goroutine or literal of its own,
// which somebody else may leave behind.
func (p *Poll) elsewhere() bool {
	if p.In.Parent() != nil && !calledAtOnce(p.In) {
		return true
	}
	for _, c := range p.m.flow().calls[genericOrigin(p.In)] {
		if _, plain := c.(*ssa.Call); !plain {
			return true
		}
	}
	return false
}

// ofAnswer reports whether a condition depends on what the round was told.
func (p *Poll) ofAnswer(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v == nil || seen[v] {
		return false
	}
	seen[v] = true
	if call, ok := v.(*ssa.Call); ok && p.look.asks(call) {
		return true
	}
	if a, ok := v.(*ssa.Alloc); ok {
		return p.look.fromAnswer(a, 0)
	}
	if phi, ok := v.(*ssa.Phi); ok && phi.Block() != p.ask.loop.Head {
		// && and ||: one side may be about the answer.
		for _, b := range phi.Block().Preds {
			if iff, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && p.ofAnswer(iff.Cond, seen) {
				return true
			}
		}
	}
	instr, ok := v.(ssa.Instruction)
	if !ok || !p.ask.loop.Blocks[instr.Block()] {
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && p.ofAnswer(*op, seen) {
			return true
		}
	}
	return false
}

// contextEnds reports whether the request carries a context that may end.
func (p *Poll) contextEnds() Answer {
	var given []ssa.Value
	for _, call := range p.ask.Path {
		c := call.Common()
		for _, a := range c.Args {
			if isContextType(a.Type()) {
				given = append(given, a)
			}
			if IsRequest(a.Type()) && call == p.ask.Path[0] && call != p.ask.Send.Call {
				return Unknown // made above the loop
			}
		}
		for recv := receiver(c); recv != nil; { // a chain: Get(id).Context(ctx).Do()
			made, ok := recv.(*ssa.Call)
			if !ok {
				break
			}
			for _, a := range made.Call.Args {
				if isContextType(a.Type()) {
					given = append(given, a)
				}
			}
			recv = receiver(&made.Call)
		}
		if len(given) > 0 {
			break
		}
	}
	if s := p.ask.Send; len(given) == 0 && (s.Lib != nil || s.Request != nil) {
		c := s.contexts()
		if c.unknown {
			return Unknown
		}
		given = c.values
	}
	if len(given) == 0 && p.keepsContext() {
		return Unknown
	}
	for _, ctx := range given {
		if !p.m.rootOnly(ctx, map[ssa.Value]bool{}) {
			return Yes
		}
	}
	return No
}

// keepsContext reports whether the object that asks holds a context, or a
// function that is given one is around the loop.
func (p *Poll) keepsContext() bool {
	if contextAtHand(p.In) != nil {
		// A context that nothing in the loop gets does not end it.
		return p.ask.visit(looksAtContext)
	}
	recv := p.In.Signature.Recv()
	if recv == nil {
		return false
	}
	t := recv.Type()
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if st, ok := t.Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			if isContextType(f.Type()) {
				return true
			}
		}
	}
	return false
}

// rootOnly reports whether a context can only be a root one, which never ends.
// A context of a loop may be made from itself, which adds nothing.
func (m *Model) rootOnly(ctx ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[ctx] {
		return true
	}
	seen[ctx] = true
	origins := m.Origins(ctx)
	for _, o := range origins {
		if o.Kind != OriginCall {
			return false
		}
		lib := library.FuncOf(CalleeObject(o.Call))
		if lib == nil || lib.Context != "root" && !(lib.Context == "value" && m.rootOnly(o.Call.Common().Args[0], seen)) {
			return false
		}
	}
	return len(origins) > 0
}

// Delayed reports whether time passes between two questions: No where nothing
// in a round can wait.
func (p *Poll) Delayed() Answer {
	if namedWait(calledName(p.Call.Common())) || p.ask.visit(mayWait) {
		return Unknown
	}
	return No
}

// RepeatsFailures reports whether the loop asks again after failures, too.
func (p *Poll) RepeatsFailures() bool {
	for _, r := range p.m.Retries() {
		if r.loop != nil && r.loop.Head == p.ask.loop.Head {
			return true
		}
	}
	return false
}

// ZeroDelay returns the field of an option that is the delay between two
// questions and nowhere gets a value when its user left it out, and the place
// where it is waited for.
func (p *Poll) ZeroDelay() (field *types.Var, at ssa.CallInstruction) {
	p.ask.visit(func(instr ssa.Instruction) bool {
		call, ok := instr.(ssa.CallInstruction)
		if !ok {
			return false
		}
		lib := library.FuncOf(calleeOf(call.Common()))
		if lib == nil || strings.Contains(calledName(call.Common()), "Tick") { // which panics
			return false
		}
		arg := lib.Sleeps
		if arg == nil {
			arg = lib.Timer
		}
		if f := p.m.bareOption(argAt(call.Common(), arg)); f != nil {
			field, at = f, call
		}
		return field != nil
	})
	return field, at
}

// bareOption returns the exported field of an exported struct that a value is
// read from, where the package neither sets nor compares it.
func (m *Model) bareOption(v ssa.Value) *types.Var {
	var f *types.Var
	var owner types.Type
	switch x := v.(type) {
	case *ssa.UnOp:
		if fa, ok := x.X.(*ssa.FieldAddr); ok {
			f, owner = structField(fa.X.Type(), fa.Field), fa.X.Type()
			if !ofParameter(fa.X) {
				return nil
			}
		}
	case *ssa.Field:
		f, owner = structField(x.X.Type(), x.Field), x.X.Type()
		if !ofParameter(x.X) {
			return nil
		}
	}
	if f == nil || !f.Exported() || f.Pkg() != m.pass.Pkg || m.pass.Pkg.Name() == "main" {
		return nil
	}
	if n := namedOf(owner); n == nil || !n.Exported() {
		return nil
	}
	if use := m.FieldUse(f); len(use.Writes) > 0 || use.Aliased {
		return nil
	}
	for _, load := range m.FieldLoads(f) {
		for _, ref := range *load.Referrers() {
			if _, compared := ref.(*ssa.BinOp); compared {
				return nil
			}
		}
	}
	return f
}

// ofParameter reports whether a struct is what an exported function is given,
// its receiver excepted.
func ofParameter(v ssa.Value) bool {
	if a, ok := v.(*ssa.Alloc); ok { // a parameter's own copy
		for _, ref := range *a.Referrers() {
			if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(a) {
				v = st.Val
			}
		}
	}
	p, ok := v.(*ssa.Parameter)
	if !ok {
		return false
	}
	fn := p.Parent()
	obj := fn.Object()
	return obj != nil && obj.Exported() && (fn.Signature.Recv() == nil || fn.Params[0] != p)
}

package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A StateAt is a state and the place where it is looked at.
type StateAt struct {
	State string
	Pos   token.Pos
}

// FailedOK returns a state that tells of a failure after which the function
// returns without an error, as after a success.
func (p *Poll) FailedOK() (StateAt, bool) {
	sig := p.In.Signature
	n := sig.Results().Len()
	if n == 0 || !isFailureType(sig.Results().At(n-1).Type()) || p.key.flag {
		return StateAt{}, false
	}
	for _, w := range p.look.words(p.key) {
		if p.class(w) != classFailed {
			continue
		}
		news := p.news(w)
		silent := len(news) > 0 && !p.ends[w].again
		at := StateAt{w, p.look.at(p.key, w)}
		for end, e := range news {
			silent = silent && end.kind == play.Returns && !end.fail && onlyConstants(e.Results)
		}
		if silent {
			return at, true
		}
	}
	return StateAt{}, false
}

// LosesError returns where the function returns without an error, as after a
// success, whenever the state could not be asked for.
func (p *Poll) LosesError() (token.Pos, bool) {
	n := p.In.Signature.Results().Len()
	if n == 0 || !isFailureType(p.In.Signature.Results().At(n-1).Type()) || p.class(p.Done) != classGood {
		return token.NoPos, false // what is gone may be what is waited for
	}
	for v := range p.In.Signature.Results().Variables() {
		if !isFailureType(v.Type()) && tellsNothing(v.Type()) {
			return token.NoPos, false // the caller may see that there is none
		}
	}
	res := p.m.facts.PlayAssuming(p.ask.Send.Send, p.ask.Path[0], p.ask.loop, nil)
	if res.Overflow || !res.Reached {
		return token.NoPos, false
	}
	at := token.NoPos
	for _, e := range res.Ends {
		if !e.Out.Has(play.NetError) {
			continue
		}
		if e.Kind != play.Returns || e.Unknown || e.Out.Has(play.Success) || len(e.Results) != n || e.Results[n-1].K != play.Nil {
			return token.NoPos, false
		}
		at = e.Pos
	}
	return at, at.IsValid()
}

// tellsNothing reports whether a result of a type may say by itself that there is
// nothing: false, nil.
func tellsNothing(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsBoolean != 0
	case *types.Struct, *types.Array:
		return false
	}
	return true
}

// onlyConstants reports whether results tell the caller nothing of the answer.
func onlyConstants(list []play.Value) bool {
	return !slices.ContainsFunc(list, func(v play.Value) bool { return v.K != play.Nil && v.K != play.Const })
}

// CaseSlip returns a failed state that is written in another case than all
// others that the same state is compared with, so that it never fits.
func (p *Poll) CaseSlip() (slip, other StateAt, found bool) { return caseSlip(p.look.tests[p.key]) }

func caseSlip(tests []stateTest) (slip, other StateAt, found bool) {
	for _, t := range tests {
		if wordClass(t.word) != classFailed || t.word != strings.ToLower(t.word) {
			continue
		}
		others := 0
		for _, o := range tests {
			if o.word == t.word || o.word == "" {
				continue
			}
			if o.word[0] < 'A' || 'Z' < o.word[0] {
				others = 0
				break
			}
			others++
			other = StateAt{o.word, o.pos}
		}
		if others >= 2 {
			return StateAt{t.word, t.pos}, other, true
		}
	}
	return StateAt{}, StateAt{}, false
}

// ByPosition returns the place where the state of one step is told by its place
// in a list.
func (p *Poll) ByPosition() token.Pos {
	for _, instr := range p.look.instrs {
		fa, ok := instr.(*ssa.FieldAddr)
		if !ok || p.key.of != any(structField(fa.X.Type(), fa.Field)) {
			continue
		}
		if at, ok := fa.X.(*ssa.IndexAddr); ok {
			if c, ok := at.Index.(*ssa.Const); ok && c.Int64() > 0 {
				return fa.Pos()
			}
		}
	}
	return token.NoPos
}

// A Neglect is what speaks for a failure that a poll does not look at.
type Neglect struct {
	// Field of the answer tells of failures.
	Field *types.Var
	// Const is the name of a failed state.
	Const *types.Const
}

// Blind reports whether a failed state is met by another round, as if the work
// went on.
func (p *Poll) Blind() bool {
	return p.class(p.Done) == classGood && !p.looksAtFailure() && !p.unclear()
}

// TakenForSuccess reports whether the end of the work is a success whatever
// became of it: the state says that it is over, the answer has a part that
// tells of failures, and neither the poll nor its callers look at it.
func (p *Poll) TakenForSuccess() (Neglect, bool) {
	if p.class(p.Done) != classEnded || p.looksAtFailure() || p.unclear() {
		return Neglect{}, false
	}
	for end, e := range p.news(p.Done) {
		if end.kind != play.Returns || !onlyConstants(e.Results) {
			return Neglect{}, false
		}
	}
	if f := p.failureField(); f != nil {
		return Neglect{Field: f}, true
	}
	return Neglect{}, false
}

// Neglected returns what speaks for failures of what is waited for.
func (p *Poll) Neglected() (Neglect, bool) {
	if f := p.failureField(); f != nil {
		return Neglect{Field: f}, true
	}
	f, ok := p.key.of.(types.Object)
	if !ok {
		return Neglect{}, false
	}
	t := f.Type()
	if fn, ok := f.(*types.Func); ok {
		t = fn.Signature().Results().At(0).Type()
	}
	if n := namedOf(t); n != nil && n.Pkg() != nil {
		for _, name := range n.Pkg().Scope().Names() {
			if c, ok := n.Pkg().Scope().Lookup(name).(*types.Const); ok && types.Identical(c.Type(), n.Type()) && wordClass(strings.TrimPrefix(name, n.Name())) == classFailed {
				return Neglect{Const: c}, true
			}
		}
	}
	return Neglect{}, false
}

// failureField returns a field beside the state that tells of failures.
func (p *Poll) failureField() *types.Var {
	key, ok := p.key.of.(*types.Var)
	if !ok {
		return nil
	}
	for _, instr := range p.look.instrs {
		var st types.Type
		switch x := instr.(type) {
		case *ssa.FieldAddr:
			if structField(x.X.Type(), x.Field) == key {
				st = x.X.Type()
			}
		case *ssa.Field:
			if structField(x.X.Type(), x.Field) == key {
				st = x.X.Type()
			}
		}
		if st == nil {
			continue
		}
		if ptr, ok := types.Unalias(st).Underlying().(*types.Pointer); ok {
			st = ptr.Elem()
		}
		if s, ok := st.Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if f != key && namesFailure(f.Name()) {
					return f
				}
			}
		}
	}
	return nil
}

// looksAtFailure reports whether a round asks whether the work has failed.
func (p *Poll) looksAtFailure() bool {
	for _, tests := range p.look.tests {
		for _, t := range tests {
			if wordClass(t.word) == classFailed {
				return true
			}
		}
	}
	for k := range p.look.tests {
		if k.flag && wordClass(k.String()) == classFailed {
			return true
		}
	}
	return p.decidedBy(func(v ssa.Value) bool {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			f := structField(x.X.Type(), x.Field)
			return f != nil && namesFailure(f.Name()) && p.look.fromAnswer(x.X, 0)
		case *ssa.Field:
			f := structField(x.X.Type(), x.Field)
			return f != nil && namesFailure(f.Name()) && p.look.fromAnswer(x.X, 0)
		case *ssa.Call:
			fn := calleeOf(&x.Call)
			recv := receiver(&x.Call)
			return fn != nil && recv != nil && library.TypeOf(recv.Type()) == nil && namesFailure(fn.Name()) && !p.look.asks(x) && p.look.fromAnswer(recv, 0)
		}
		return false
	})
}

// unclear reports whether something that is not known decides over the answer.
func (p *Poll) unclear() bool {
	return p.look.unclear || p.decidedBy(func(v ssa.Value) bool {
		switch x := v.(type) {
		case *ssa.Lookup:
			return p.look.fromAnswer(x.Index, 0)
		case *ssa.Call:
			if p.look.asks(x) || isBuiltin(x) {
				return false
			}
			if fn := staticCallee(&x.Call); fn != nil && len(fn.Blocks) > 0 {
				return false // looked into
			}
			if lib := library.FuncOf(calleeOf(&x.Call)); lib != nil && (lib.Decode != nil || lib.Read != nil || lib.Log || lib.Makes != "" || lib.Send != nil) {
				return false
			}
			if isStringTest(&x.Call) || isGetter(&x.Call) {
				return false
			}
			for _, a := range x.Call.Args {
				if p.holdsState(a) && p.look.fromAnswer(a, 0) {
					return true
				}
			}
			return false
		}
		return false
	})
}

// holdsState reports whether a value is the state or has it as a part.
func (p *Poll) holdsState(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if k, ok := p.look.key(v, 0); ok && k == p.key {
		return true
	}
	switch of := p.key.of.(type) {
	case *types.Var:
		return hasField(v.Type(), of, 0)
	case *types.Func:
		recv := of.Signature().Recv()
		return recv != nil && namedOf(recv.Type()) == namedOf(v.Type())
	}
	return true
}

// hasField reports whether a type's values hold a field.
func hasField(t types.Type, f *types.Var, depth int) bool {
	if depth > 4 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return hasField(u.Elem(), f, depth)
	case *types.Slice:
		return hasField(u.Elem(), f, depth+1)
	case *types.Map:
		return hasField(u.Elem(), f, depth+1)
	case *types.Struct:
		for part := range u.Fields() {
			if part.Origin() == f || hasField(part.Type(), f, depth+1) {
				return true
			}
		}
	}
	return false
}

func isStringTest(c *ssa.CallCommon) bool {
	fn := calleeOf(c)
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "strings" && fn.Name() == "EqualFold"
}

// isGetter reports whether a call only reads a part of its receiver.
func isGetter(c *ssa.CallCommon) bool {
	fn := calleeOf(c)
	return fn != nil && receiver(c) != nil && fn.Signature().Params().Len() == 0 && strings.HasPrefix(fn.Name(), "Get")
}

// decidedBy reports whether a branch of a round, or what a function on the way
// returns, is made from a value that f accepts.
func (p *Poll) decidedBy(f func(ssa.Value) bool) bool {
	seen := map[ssa.Value]bool{}
	var made func(v ssa.Value) bool
	made = func(v ssa.Value) bool {
		if v == nil || seen[v] {
			return false
		}
		seen[v] = true
		if f(v) {
			return true
		}
		instr, ok := v.(ssa.Instruction)
		if !ok {
			return false
		}
		if call, ok := v.(*ssa.Call); ok && p.look.asks(call) {
			return false
		}
		for _, op := range instr.Operands(nil) {
			if *op != nil && made(*op) {
				return true
			}
		}
		return false
	}
	for _, instr := range p.look.instrs {
		switch i := instr.(type) {
		case *ssa.If:
			if made(i.Cond) {
				return true
			}
		case *ssa.Return:
			if i.Parent() != p.In && slices.ContainsFunc(i.Results, func(v ssa.Value) bool { return isBool(v.Type()) && made(v) }) {
				return true
			}
		}
	}
	return false
}

// Succeeds reports whether the state that is waited for is a success by its
// name, so that there is a failure, too.
func (p *Poll) Succeeds() bool {
	for _, w := range stateWords(p.Done) {
		if strings.HasPrefix(w, "succe") {
			return true
		}
	}
	return false
}

package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// An answerSource says where a struct comes from that a pointer is read of.
type answerSource int

const (
	sourceNone    answerSource = iota // no answer, or not seen
	sourceParam                       // an answer that somebody else was given first
	sourceCall                        // a call's result
	sourceDecoded                     // decoded in the same function
)

// answerSource says where the struct comes from that a field was read of, and
// where it was decoded.
func (m *Model) answerSource(v ssa.Value) (src answerSource, decode token.Pos) {
	w := sourceWalk{m: m, field: fieldRead(v).Origin(), owner: ownerRead(v), seen: map[ssa.Value]bool{}}
	src = w.root(holderOf(v))
	return src, w.decode
}

type sourceWalk struct {
	m     *Model
	field *types.Var
	owner *types.TypeName
	seen  map[ssa.Value]bool

	decode token.Pos
}

func (w *sourceWalk) root(v ssa.Value) answerSource {
	if w.seen[v] || len(w.seen) > 40 {
		return sourceNone
	}
	w.seen[v] = true
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return w.root(v.X)
	case *ssa.Field:
		return w.root(v.X)
	case *ssa.IndexAddr:
		return w.root(v.X)
	case *ssa.Index:
		return w.root(v.X)
	case *ssa.Lookup:
		return w.root(v.X)
	case *ssa.Slice:
		return w.root(v.X)
	case *ssa.Next:
		return w.root(v.Iter)
	case *ssa.Range:
		return w.root(v.X)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return w.root(v.X)
		}
	case *ssa.Extract:
		return w.root(v.Tuple)
	case *ssa.Phi:
		found := sourceNone
		for _, e := range v.Edges {
			if s := w.root(e); found == sourceNone {
				found = s
			}
		}
		return found
	case *ssa.Alloc:
		return w.variable(v)
	case *ssa.Call:
		if w.m.givesAnswers(v, w.field, w.owner) {
			return sourceCall
		}
	case *ssa.Parameter, *ssa.FreeVar:
		if len(w.m.FieldUse(w.field).Decoded) > 0 || w.owner != nil && w.m.described(w.owner) {
			return sourceParam
		}
	}
	return sourceNone
}

func (w *sourceWalk) variable(a *ssa.Alloc) answerSource {
	uses := w.m.flow().cellUses(a)
	for _, call := range uses.fills {
		for i, arg := range call.Common().Args {
			if unwrapped(arg) == a && call.Parent() == a.Parent() && w.m.fillsOnly(call, i) && w.m.decodesAnswer(call, arg, 0) {
				w.decode = call.Pos()
				return sourceDecoded
			}
		}
	}
	found := sourceNone
	for _, st := range uses.stores {
		if s := w.root(st.Val); found == sourceNone {
			found = s
		}
	}
	return found
}

// fillsOnly reports whether a call does nothing with an argument but decode
// into it: a decoder, a request that says where its answer goes, or a function
// of the package that hands it to one.
func (m *Model) fillsOnly(call ssa.CallInstruction, i int) bool {
	arg := call.Common().Args
	if call.Common().IsInvoke() {
		if i--; i < 0 {
			return false
		}
	}
	if i >= len(arg) {
		return false
	}
	return m.decodesArg(call, arg[i], 0)
}

func (m *Model) decodesArg(call ssa.CallInstruction, arg ssa.Value, depth int) bool {
	if f := m.lib.FuncOf(CalleeObject(call)); f != nil {
		return f.Decode != nil && f.Decode.Into != nil && argAt(call.Common(), f.Decode.Into) == arg ||
			f.Send != nil && f.Send.Into != nil && argAt(call.Common(), f.Send.Into) == arg ||
			f.NewRequest != nil && f.NewRequest.Into != nil && argAt(call.Common(), f.NewRequest.Into) == arg
	}
	fn := staticCallee(call.Common())
	if fn == nil || fn.Blocks == nil {
		return m.sendAt(call) != nil && types.IsInterface(arg.Type())
	}
	for i, p := range fn.Params {
		if argument(call, i) == arg {
			return depth < 4 && m.onlyDecodes(p, depth+1)
		}
	}
	return false
}

// onlyDecodes reports whether a function decodes into a parameter, and does
// not look at it.
func (m *Model) onlyDecodes(v ssa.Value, depth int) bool {
	decoded := false
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.MakeInterface:
			if !m.onlyDecodes(ref, depth) {
				return false
			}
			decoded = true
		case *ssa.ChangeInterface:
			if !m.onlyDecodes(ref, depth) {
				return false
			}
			decoded = true
		case ssa.CallInstruction:
			if !m.decodesArg(ref, v, depth) {
				return false
			}
			decoded = true
		default:
			return false
		}
	}
	return decoded
}

// decodesAnswer reports whether what a call decodes into an argument is an
// answer: here, or in the function of the package that it is handed to.
func (m *Model) decodesAnswer(call ssa.CallInstruction, arg ssa.Value, depth int) bool {
	if m.sendAt(call) != nil || call.Parent().Name() == "UnmarshalJSON" || slices.ContainsFunc(m.Decodes(), func(d *Decode) bool { return d.Pos == call.Pos() }) {
		return true
	}
	if f := m.lib.FuncOf(CalleeObject(call)); f != nil {
		if f.Decode == nil {
			return false
		}
		from := argAt(call.Common(), f.Decode.From)
		return from != nil && m.partOfAnswer(unwrapped(from))
	}
	fn := staticCallee(call.Common())
	if fn == nil || depth > 3 {
		return false
	}
	for i, p := range fn.Params {
		if argument(call, i) != arg {
			continue
		}
		for inner := range lazyssa.Each[ssa.CallInstruction](fn) {
			for _, a := range inner.Common().Args {
				if unwrapped(a) == p && m.decodesAnswer(inner, a, depth+1) {
					return true
				}
			}
		}
	}
	return false
}

// partOfAnswer reports whether a value is a part of what a request returned.
func (m *Model) partOfAnswer(v ssa.Value) bool {
	for range 20 {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.TypeAssert:
			v = x.X
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.Call:
			return m.sendAt(x) != nil || holdsAnswer(x.Call.Signature())
		default:
			return false
		}
	}
	return false
}

// givesAnswers reports whether the result of a call is what an API answered:
// that of a request, or one with a struct of another module's client.
func (m *Model) givesAnswers(call *ssa.Call, field *types.Var, owner *types.TypeName) bool {
	res := call.Call.Signature().Results()
	if res.Len() < 2 || !isErrorType(res.At(res.Len()-1).Type()) {
		return false
	}
	if m.sendAt(call) != nil || holdsAnswer(call.Call.Signature()) || len(m.FieldUse(field).Decoded) > 0 && field.Pkg() == m.pass.Pkg {
		return true
	}
	return owner != nil && m.foreign(owner.Pkg())
}

// holdsAnswer reports whether a function returns a struct that has the answer
// in it, as generated clients do.
func holdsAnswer(sig *types.Signature) bool {
	if sig.Results().Len() == 0 {
		return false
	}
	t := types.Unalias(sig.Results().At(0).Type())
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if isNamed(f.Type(), "net/http", "Response") {
			return true
		}
	}
	return false
}

// described reports whether a struct is one of a library that is known.
func (m *Model) described(owner *types.TypeName) bool {
	return owner.Pkg() != nil && owner.Pkg() != m.pass.Pkg && m.lib.Own(owner.Pkg().Path())
}

// foreign reports whether a package is of another module, and not of the
// standard library.
func (m *Model) foreign(pkg *types.Package) bool {
	if pkg == nil || pkg == m.pass.Pkg {
		return false
	}
	root, _, _ := strings.Cut(pkg.Path(), "/")
	if !strings.Contains(root, ".") {
		return false
	}
	if m.pass.Module != nil && m.pass.Module.Path != "" {
		return pkg.Path() != m.pass.Module.Path && !strings.HasPrefix(pkg.Path(), m.pass.Module.Path+"/")
	}
	return true
}

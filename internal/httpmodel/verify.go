package httpmodel

import (
	"cmp"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
)

// A LaxKind says why a verification does not keep forged deliveries out.
type LaxKind int

const (
	LaxIgnored     LaxKind = iota // its failure changes nothing
	LaxNoSecret                   // it is skipped where no secret is set
	LaxNoSignature                // it is skipped where the delivery has no signature
	LaxEmptySecret                // its secret is empty
	LaxReencoded                  // the signature is computed over re-encoded JSON
	LaxUntimed                    // the time of signing is signed and not looked at
	LaxReadTwice                  // the body was read to its end before
)

// A LaxVerification is a place where a webhook's signature is verified in a
// way that lets forged deliveries in, or keeps real ones out.
type LaxVerification struct {
	Kind LaxKind
	Pos  token.Pos
	What string    // the verifier, or what is empty
	At   token.Pos // the verification, where Pos is something else
}

// LaxVerifications returns such places, in source order.
func (m *Model) LaxVerifications() []LaxVerification {
	if m.Empty() {
		return nil
	}
	v := &verifySearch{m: m, verifiers: map[*ssa.Function]bool{}}
	for _, fn := range m.SSA().Funcs {
		if !m.skipsTest(fn) {
			v.function(fn)
			v.untimed(fn)
			v.readTwice(fn)
		}
	}
	slices.SortFunc(v.found, func(a, b LaxVerification) int { return cmp.Compare(a.Pos, b.Pos) })
	return slices.CompactFunc(v.found, func(a, b LaxVerification) bool { return a.Pos == b.Pos })
}

type verifySearch struct {
	m         *Model
	verifiers map[*ssa.Function]bool // whether a function of the package verifies
	found     []LaxVerification
}

// A verification is an instruction that tells whether a delivery is genuine.
type verification struct {
	instr  ssa.Instruction
	result ssa.Value // an error, a bool or a number, or nil when it is dropped
	name   string
	own    bool // one of the package's own functions
}

func (v *verifySearch) function(fn *ssa.Function) {
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		c, ok := v.verifies(instr, 0)
		if !ok {
			continue
		}
		v.emptySecret(instr)
		v.reencoded(instr)
		if call, ok := instr.(*ssa.Call); ok && v.ignored(call, c) {
			v.found = append(v.found, LaxVerification{Kind: LaxIgnored, Pos: call.Pos(), What: c.name})
			continue
		}
		v.skipped(fn, c)
	}
}

// verifies reports whether an instruction verifies a delivery: a library's
// verifier, a comparison with a MAC, or a function of the package with one.
func (v *verifySearch) verifies(instr ssa.Instruction, depth int) (verification, bool) {
	c := verification{instr: instr}
	switch instr := instr.(type) {
	case *ssa.BinOp:
		if x, y, _ := v.m.compared(instr); x != nil && isText(dynamic(x).Type()) && !isConst(x) && !isConst(y) {
			c.result = instr
			return c, v.m.macOf(x).IsValid() != v.m.macOf(y).IsValid()
		}
	case *ssa.Call:
		callee := CalleeObject(instr)
		f := v.m.lib.FuncOf(callee)
		switch {
		case f != nil && f.Webhook != nil && f.Webhook.Verifies:
			c.name, c.result = callee.Name(), lastResult(instr)
			return c, true
		case f != nil && f.Compares != "" && len(instr.Call.Args) >= 2:
			c.name, c.result = callee.Name(), instr
			return c, v.m.macOf(instr.Call.Args[0]).IsValid() || v.m.macOf(instr.Call.Args[1]).IsValid()
		}
		if fn := staticCallee(&instr.Call); fn != nil && fn.Blocks != nil && v.isVerifier(fn, depth) {
			c.name, c.result, c.own = fn.Name(), lastResult(instr), true
			return c, true
		}
	}
	return c, false
}

// isVerifier reports whether a function of the package says by an error or a
// bool whether a delivery is genuine.
func (v *verifySearch) isVerifier(fn *ssa.Function, depth int) bool {
	if known, ok := v.verifiers[fn]; ok || depth > 2 {
		return known
	}
	v.verifiers[fn] = false
	n := fn.Signature.Results().Len()
	if n == 0 || answersItself(fn.Signature) || !isVerdict(fn.Signature.Results().At(n-1).Type()) {
		return false
	}
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		if _, ok := v.verifies(instr, depth+1); ok {
			v.verifiers[fn] = true
			return true
		}
	}
	return false
}

// answersItself reports whether a function answers requests itself.
func answersItself(sig *types.Signature) bool {
	if httpfacts.HasWriter(sig) {
		return true
	}
	for p := range sig.Params().Variables() {
		if httpfacts.IsInbound(p.Type()) {
			return true
		}
	}
	return false
}

func isVerdict(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return isErrorType(t) || ok && b.Info()&types.IsBoolean != 0
}

// lastResult returns a call's last result, or nil where nothing takes it.
func lastResult(call *ssa.Call) ssa.Value {
	n := call.Call.Signature().Results().Len()
	if n == 0 {
		return nil
	}
	return resultOf(call, n-1)
}

// ignored reports whether the program goes on as if nothing had happened
// where a verification fails.
func (v *verifySearch) ignored(call *ssa.Call, c verification) bool {
	if c.own && !hasRequest(call.Parent()) || !isVerdict(lastType(call)) {
		return false
	}
	uses := 0
	var branch *ssa.If
	if c.result != nil {
		for _, ref := range *c.result.Referrers() {
			switch ref := ref.(type) {
			case *ssa.DebugRef:
				continue
			case *ssa.If:
				branch = ref
			case *ssa.BinOp, *ssa.UnOp:
				for _, use := range *ref.(ssa.Value).Referrers() {
					if b, ok := use.(*ssa.If); ok {
						branch = b
					} else if _, ok := use.(*ssa.DebugRef); !ok {
						return false
					}
				}
			case *ssa.MakeInterface, *ssa.ChangeInterface, ssa.CallInstruction:
				// logged
			case *ssa.Store:
				if _, ok := ref.Addr.(*ssa.IndexAddr); !ok {
					return false
				}
			default:
				return false
			}
			uses++
		}
	}
	if uses == 0 {
		return true
	}
	if branch == nil || inLoop(call.Block()) {
		return false
	}
	bad, good := verdict(branch, c.result)
	return bad != nil && rejoins(bad, good)
}

func lastType(call *ssa.Call) types.Type {
	res := call.Call.Signature().Results()
	if res.Len() == 0 {
		return types.Typ[types.Invalid]
	}
	return res.At(res.Len() - 1).Type()
}

func hasRequest(fn *ssa.Function) bool {
	for fn != nil {
		for _, p := range fn.Params {
			if isInboundType(p.Type()) {
				return true
			}
		}
		fn = fn.Parent()
	}
	return false
}

// verdict returns where a branch goes when a verification fails and when it
// succeeds, or nil where that is not seen.
func verdict(branch *ssa.If, result ssa.Value) (bad, good *ssa.BasicBlock) {
	yes, no := branch.Block().Succs[0], branch.Block().Succs[1]
	fails, ok := failsWhen(branch.Cond, result)
	switch {
	case !ok:
		return nil, nil
	case fails:
		return yes, no
	}
	return no, yes
}

// failsWhen reports whether a condition holds when the verification of a
// result failed.
func failsWhen(cond, result ssa.Value) (fails, ok bool) {
	if cond == result {
		if b, isOp := cond.(*ssa.BinOp); isOp { // the comparison itself
			return b.Op == token.NEQ, true
		}
		return false, true
	}
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			fails, ok = failsWhen(c.X, result)
			return !fails, ok
		}
	case *ssa.BinOp:
		k, isConst := c.Y.(*ssa.Const)
		if c.X != result || !isConst || c.Op != token.EQL && c.Op != token.NEQ {
			return false, false
		}
		bad := false // whether being equal to the constant means failure
		switch {
		case k.Value == nil: // an error
		case k.Value.Kind() == constant.Bool:
			bad = !constant.BoolVal(k.Value)
		default: // ConstantTimeCompare
			bad = k.Int64() == 0
		}
		return bad == (c.Op == token.EQL), true
	}
	return false, false
}

// rejoins reports whether the way taken after a failure comes to where success
// leads, and leaves no trace that it was taken.
func rejoins(bad, good *ssa.BasicBlock) bool {
	if bad == good || !reaches(bad, good) {
		return bad == good
	}
	seen := map[*ssa.BasicBlock]bool{}
	var clean func(b *ssa.BasicBlock) bool
	clean = func(b *ssa.BasicBlock) bool {
		if b == good || seen[b] {
			return true
		}
		seen[b] = true
		if len(b.Succs) == 0 {
			return false // some failures end here
		}
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && !isScratch(st.Addr) {
				return false
			}
		}
		for _, s := range b.Succs {
			if !clean(s) {
				return false
			}
		}
		return true
	}
	if !clean(bad) {
		return false
	}
	for _, instr := range good.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		for _, e := range phi.Edges {
			if e != phi.Edges[0] {
				return false
			}
		}
	}
	return works(good)
}

// isScratch reports whether an address is that of an argument list.
func isScratch(addr ssa.Value) bool {
	ia, ok := addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	_, ok = ia.X.(*ssa.Alloc)
	return ok
}

// works reports whether anything is done from a block on.
func works(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock) bool
	walk = func(b *ssa.BasicBlock) bool {
		if seen[b] {
			return false
		}
		seen[b] = true
		for _, instr := range b.Instrs {
			switch instr.(type) {
			case ssa.CallInstruction, *ssa.Send, *ssa.Store, *ssa.MapUpdate:
				return true
			}
		}
		return slices.ContainsFunc(b.Succs, walk)
	}
	return walk(b)
}

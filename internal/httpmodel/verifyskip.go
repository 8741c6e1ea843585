package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
)

// emptySecret finds verifiers that are given no secret.
func (v *verifySearch) emptySecret(instr ssa.Instruction) {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return
	}
	callee := CalleeObject(call)
	f := v.m.lib.FuncOf(callee)
	if f == nil || f.Webhook == nil || f.Webhook.Secret == nil {
		return
	}
	list := v.m.Sources(argAt(&call.Call, f.Webhook.Secret))
	for _, o := range list {
		c, isConst := o.Value.(*ssa.Const)
		if o.Kind != OriginConst || !isConst || c.Value != nil && (c.Value.Kind() != constant.String || constant.StringVal(c.Value) != "") {
			return
		}
	}
	if len(list) > 0 {
		v.found = append(v.found, LaxVerification{Kind: LaxEmptySecret, Pos: call.Pos(), What: callee.Name()})
	}
}

// skipped finds conditions under which a verification does not take place and
// the delivery is accepted all the same.
func (v *verifySearch) skipped(fn *ssa.Function, c verification) {
	at := c.instr.Block()
	for b := at.Idom(); b != nil; b = b.Idom() {
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		x, whenTrue := emptiness(branch.Cond)
		if x == nil {
			continue
		}
		empty, full := b.Succs[1], b.Succs[0]
		if whenTrue {
			empty, full = full, empty
		}
		if !dominates(full, at, b) || !v.accepted(empty, c) {
			continue
		}
		kind, what := v.whatIsEmpty(fn, x)
		if what == "" {
			continue
		}
		v.found = append(v.found, LaxVerification{Kind: kind, Pos: branch.Cond.Pos(), What: what, At: c.instr.Pos()})
		return
	}
}

// dominates reports whether control comes to at only through full, after from.
func dominates(full, at, from *ssa.BasicBlock) bool {
	return full == at && len(full.Preds) == 1 || full != at && full.Dominates(at) && full.Preds[0] == from
}

// emptiness returns the text that a condition asks to be empty, and whether it
// is empty when the condition holds.
func emptiness(cond ssa.Value) (x ssa.Value, whenTrue bool) {
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		x, whenTrue = emptiness(not.X)
		return x, !whenTrue
	}
	b, ok := cond.(*ssa.BinOp)
	if !ok {
		return nil, false
	}
	k, ok := b.Y.(*ssa.Const)
	if !ok {
		return nil, false
	}
	if text := lengthOf(b.X); text != nil && k.Int64() == 0 {
		switch b.Op {
		case token.EQL, token.LEQ:
			return text, true
		case token.NEQ, token.GTR:
			return text, false
		}
		return nil, false
	}
	if !isText(b.X.Type()) || k.Value != nil && constant.StringVal(k.Value) != "" {
		return nil, false
	}
	return b.X, b.Op == token.EQL
}

// lengthOf returns the text whose length a value is, or nil.
func lengthOf(v ssa.Value) ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" || !isText(call.Call.Args[0].Type()) {
		return nil
	}
	return call.Call.Args[0]
}

// accepted reports whether a delivery that comes to a block is taken for
// genuine: it goes where success of the verification leads, or the function
// says at once that all is well.
func (v *verifySearch) accepted(b *ssa.BasicBlock, c verification) bool {
	for _, good := range v.goodWays(c) {
		if reaches(good, b) {
			return true
		}
	}
	n := b.Parent().Signature.Results().Len()
	if n == 0 || !isVerdict(b.Parent().Signature.Results().At(n-1).Type()) || answersItself(b.Parent().Signature) {
		return false
	}
	for len(b.Succs) == 1 {
		b = b.Succs[0]
	}
	ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
	if !ok {
		return false
	}
	k, ok := ret.Results[n-1].(*ssa.Const)
	return ok && (k.Value == nil || k.Value.Kind() == constant.Bool && constant.BoolVal(k.Value))
}

// goodWays returns where control goes when a verification succeeds.
func (v *verifySearch) goodWays(c verification) []*ssa.BasicBlock {
	if c.result == nil || c.result.Referrers() == nil {
		return nil
	}
	var list []*ssa.BasicBlock
	conds := []ssa.Value{c.result}
	for _, ref := range *c.result.Referrers() {
		switch ref := ref.(type) {
		case *ssa.BinOp:
			conds = append(conds, ref)
		case *ssa.UnOp:
			conds = append(conds, ref)
		}
	}
	for _, cond := range conds {
		for _, ref := range *cond.Referrers() {
			if branch, ok := ref.(*ssa.If); ok {
				if _, good := verdict(branch, c.result); good != nil {
					list = append(list, good)
				}
			}
		}
	}
	return list
}

// whatIsEmpty tells what an empty text is: the delivery's signature, or the
// secret of the program. "" means that it is neither, or that whoever runs the
// program chose to have no secret.
func (v *verifySearch) whatIsEmpty(fn *ssa.Function, x ssa.Value) (LaxKind, string) {
	for _, p := range v.m.inboundParts(x) {
		if p.kind == partHeader && hasSecretWord(p.name) {
			return LaxNoSignature, "header " + p.name
		}
		return 0, ""
	}
	names, ok := v.m.keptText(x)
	if !ok || !slices.ContainsFunc(names, isSecretName) || v.optional(x) {
		return 0, ""
	}
	if found, _ := httpfacts.FindWebhook(outermost(fn)); found == nil && !v.calledByWebhook(fn) {
		return 0, ""
	}
	return LaxNoSecret, names[len(names)-1]
}

// calledByWebhook reports whether a receiver of webhooks calls the function.
func (v *verifySearch) calledByWebhook(fn *ssa.Function) bool {
	calls, _ := v.m.Callers(fn)
	return slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool {
		found, _ := httpfacts.FindWebhook(outermost(call.Parent()))
		return found != nil
	})
}

// optional reports whether having a secret is left to the code that uses the
// package: it is a parameter of an exported function, or only an option sets it.
func (v *verifySearch) optional(x ssa.Value) bool {
	for {
		conv, ok := x.(*ssa.Convert)
		if !ok {
			break
		}
		x = conv.X
	}
	if p, ok := x.(*ssa.Parameter); ok {
		_, complete := v.m.Callers(p.Parent())
		return !complete
	}
	var f *types.Var
	switch x := x.(type) {
	case *ssa.UnOp:
		if fa, ok := x.X.(*ssa.FieldAddr); ok {
			f = structField(fa.X.Type(), fa.Field)
		}
	case *ssa.Field:
		f = structField(x.X.Type(), x.Field)
	}
	if f == nil || f.Exported() {
		return false
	}
	stores, _ := v.m.FieldStores(f)
	for _, st := range stores {
		name := st.Parent().Name()
		if st.Parent().Parent() == nil && !strings.HasPrefix(name, "With") && !strings.HasPrefix(name, "Set") {
			return false
		}
	}
	return len(stores) > 0
}

// reencoded finds signatures that are computed over what JSON was decoded to.
func (v *verifySearch) reencoded(instr ssa.Instruction) {
	var args []ssa.Value
	switch instr := instr.(type) {
	case *ssa.Call:
		if f := v.m.lib.FuncOf(CalleeObject(instr)); f != nil && f.Compares != "" {
			args = instr.Call.Args
		}
	case *ssa.BinOp:
		args = []ssa.Value{instr.X, instr.Y}
	}
	for _, arg := range args {
		for _, o := range v.m.Sources(arg) {
			if o.Kind != OriginCall {
				continue
			}
			if made := v.m.macKey(o.Call); made != nil {
				if at := v.encodedInto(made); at.IsValid() {
					v.found = append(v.found, LaxVerification{Kind: LaxReencoded, Pos: at, At: instr.Pos()})
					return
				}
			}
		}
	}
}

// encodedInto returns where a keyed hash is given JSON that the program itself
// encoded, if that is all that it is given.
func (v *verifySearch) encodedInto(made *ssa.Call) token.Pos {
	var at token.Pos
	for _, ref := range *made.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok || receiver(&call.Call) != ssa.Value(made) || CalleeObject(call).Name() != "Write" || len(call.Call.Args) == 0 {
			continue
		}
		for _, o := range v.m.Origins(call.Call.Args[len(call.Call.Args)-1]) {
			if o.Kind == OriginConst {
				continue
			}
			if o.Kind != OriginCall || encodesAs(CalleeObject(o.Call)) != ContentJSON {
				return token.NoPos
			}
			at = o.Call.Pos()
		}
	}
	return at
}

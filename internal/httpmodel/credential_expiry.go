package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// ExpiryUsed reports whether the lifetime in a token endpoint's answer has an
// effect: Yes where a decision or code that is not seen may depend on it, No
// where it is never read, or only stored where nobody reads it, or logged.
func (m *Model) ExpiryUsed(a *TokenAnswer) Answer {
	if a.Expiry == nil {
		return No
	}
	switch m.FieldRead(a.Expiry) {
	case No:
		return No
	case Unknown:
		return Unknown
	}
	u := &influence{m: m, ix: m.flow(), seen: map[any]bool{}}
	loads := u.ix.loads[a.Expiry.Origin()]
	if len(loads) == 0 {
		return Unknown
	}
	for _, v := range loads {
		if u.matters(v) {
			return Yes
		}
	}
	return No
}

// influence follows a lifetime forward through arithmetic and times.
type influence struct {
	m    *Model
	ix   *flowIndex
	seen map[any]bool
}

func (u *influence) matters(v ssa.Value) bool {
	if v == nil || u.seen[v] || v.Referrers() == nil {
		return false
	}
	u.seen[v] = true
	for _, ref := range *v.Referrers() {
		if u.use(v, ref) {
			return true
		}
	}
	return false
}

func (u *influence) use(v ssa.Value, ref ssa.Instruction) bool {
	switch ref := ref.(type) {
	case *ssa.DebugRef:
		return false
	case *ssa.BinOp:
		switch ref.Op {
		case token.ADD, token.SUB, token.MUL, token.QUO, token.REM:
			return u.matters(ref)
		}
		return true
	case *ssa.Convert, *ssa.ChangeType, *ssa.MakeInterface, *ssa.Phi, *ssa.Slice, *ssa.Extract:
		return u.matters(ref.(ssa.Value))
	case *ssa.UnOp:
		return u.matters(ref)
	case *ssa.Store:
		return ref.Val != v || u.stored(ref)
	case *ssa.Call:
		f := u.m.lib.FuncOf(CalleeObject(ref))
		if f != nil && f.Log {
			return false
		}
		if f != nil && len(f.Text) > 0 || inPackage(CalleeObject(ref), "time") || isTextFunc(CalleeObject(ref)) {
			if f != nil && (f.Timer != nil || f.Sleeps != nil) {
				return true
			}
			return u.matters(ref)
		}
		return true
	}
	return true
}

// stored reports whether the place of a store matters: a field or local that
// somebody reads.
func (u *influence) stored(st *ssa.Store) bool {
	switch addr := st.Addr.(type) {
	case *ssa.Alloc:
		if u.seen[addr] {
			return false
		}
		u.seen[addr] = true
		uses := u.ix.cellUses(addr)
		if uses.leaks {
			return true
		}
		for _, load := range uses.loads {
			if u.matters(load) {
				return true
			}
		}
		return false
	case *ssa.IndexAddr:
		if a, ok := addr.X.(*ssa.Alloc); ok && isArray(a) {
			for _, ref := range *a.Referrers() {
				if s, ok := ref.(*ssa.Slice); ok && u.matters(s) {
					return true
				}
			}
			return false
		}
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		if f == nil || f.Pkg() != u.m.pass.Pkg {
			return true
		}
		if u.seen[f] {
			return false
		}
		u.seen[f] = true
		switch u.m.FieldRead(f) {
		case No:
			return false
		case Unknown:
			return true
		}
		if len(u.ix.loads[f]) == 0 {
			return true
		}
		for _, load := range u.ix.loads[f] {
			if u.matters(load) {
				return true
			}
		}
		return false
	}
	return true
}

// Expires reports whether the code itself shows that the token has an end: a
// lifetime in the answer, a refresh token, or a grant whose tokens expire.
func (m *Model) Expires(c *Credential) bool {
	if c.Source != SourceEndpoint {
		return true
	}
	if c.Answer.Expiry != nil || c.Answer.Refresh {
		return true
	}
	for _, call := range m.answerCalls(c.Answer) {
		if m.grants(call.Parent()) {
			return true
		}
		e := m.tokenRequest(call.Parent())
		if e.grant || e.lifetime || e.path && c.Answer.tags[c.Answer.Token] == "access_token" {
			return true
		}
	}
	return false
}

// grants reports whether a function, or one that it calls, names an OAuth
// grant that gives tokens to a program rather than to a user.
func (m *Model) grants(fn *ssa.Function) bool {
	found := false
	look := func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, op := range instr.Operands(nil) {
					if c, ok := (*op).(*ssa.Const); ok && c.Value != nil && isString(c.Type()) {
						found = found || isProgramGrant(constText(c))
					}
				}
			}
		}
	}
	look(fn)
	m.reaches(fn, func(call ssa.CallInstruction) bool {
		if callee := staticCallee(call.Common()); callee != nil {
			look(callee)
		}
		return found
	})
	return found
}

func isProgramGrant(text string) bool {
	return strings.Contains(text, "client_credentials") || strings.Contains(text, "grant_type=password") ||
		strings.Contains(text, "grant-type:jwt-bearer")
}

// MisspelledExpiry returns the answer's lifetime field when its name on the
// wire is one letter off expires_in, the name that RFC 6749 gives it, so that
// it always decodes to zero. The answer must be an OAuth one, by its fields or
// by the grant that is asked for, and the package must decode it.
func (m *Model) MisspelledExpiry(a *TokenAnswer) (f *types.Var, tag string) {
	calls := m.answerCalls(a)
	if len(calls) == 0 || a.tags[a.Token] != "access_token" {
		return nil, ""
	}
	if !a.OAuth && !slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool { return m.tokenRequest(call.Parent()).grant }) {
		return nil, ""
	}
	for i := range a.Struct.NumFields() {
		v := a.Struct.Field(i)
		switch tag := a.tags[v]; {
		case tag == "":
		case strings.EqualFold(tag, "expires_in"):
			return nil, ""
		case strings.Contains(tag, "refresh"):
		case tag == strings.ToLower(tag) && oneOff(tag, "expires_in"):
			f = v
		}
	}
	if f == nil {
		return nil, ""
	}
	return f, a.tags[f]
}

// oneOff reports whether one insertion, deletion, replacement or swap of
// neighbours turns a into b.
func oneOff(a, b string) bool {
	if a == b {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// A TextBranch is a decision on the wording of an error answer.
type TextBranch struct {
	Pos  token.Pos
	Text string // the words that are looked for
	// Field is the decoded field that is looked at; nil for the text of an error.
	Field *types.Var
	// Code is the field beside it that says the same in a code, or nil.
	Code *types.Var
	// From is the call whose error it is; NoPos for a field, and for an error
	// that a function is given.
	From token.Pos
}

// TextBranches returns the decisions on what an API's errors say in words: on
// the text of an error that comes from a request, and on a message that an
// answer was decoded into.
func (m *Model) TextBranches() []TextBranch {
	var list []TextBranch
	if m.Empty() {
		return nil
	}
	t := &textFinder{m: m}
	for _, fn := range m.SSA().Funcs {
		var here []TextBranch
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				v, ok := instr.(ssa.Value)
				if !ok {
					continue
				}
				text, words := m.comparedText(v)
				if text == nil || words == "" || !decides(v, 0) || isNetworkText(words) || m.uncoded(words) || m.ownText(words) {
					continue
				}
				if _, whole := v.(*ssa.BinOp); whole && !strings.Contains(words, " ") {
					continue // the whole of it is one word: a code
				}
				if found, ok := t.branch(v, text, words); ok {
					here = append(here, found)
				}
			}
		}
		slices.SortFunc(here, func(a, b TextBranch) int { return int(a.Pos - b.Pos) })
		for i, b := range here {
			if i == 0 || !m.sameDecision(here[i-1], b) {
				list = append(list, b)
			}
		}
	}
	return list
}

// sameDecision reports whether a branch stands in the same line as the one
// before it, or in the next, and looks at the same: one decision on several
// wordings.
func (m *Model) sameDecision(before, b TextBranch) bool {
	line := func(pos token.Pos) int { return m.pass.Fset.Position(pos).Line }
	return before.Field == b.Field && before.From == b.From && line(b.Pos)-line(before.Pos) <= 1
}

type textFinder struct {
	m       *Model
	answers map[*types.Struct]play.Outcomes // types that answers are decoded into
}

// comparedText returns the text that a comparison looks at and the constant
// words that it looks for, or nil.
func (m *Model) comparedText(v ssa.Value) (ssa.Value, string) {
	switch v := v.(type) {
	case *ssa.BinOp:
		if v.Op != token.EQL && v.Op != token.NEQ {
			return nil, ""
		}
		if words, ok := constString(v.Y); ok {
			return v.X, words
		}
		if words, ok := constString(v.X); ok {
			return v.Y, words
		}
	case *ssa.Call:
		fn := calleeOf(&v.Call)
		if fn == nil {
			return nil, ""
		}
		lib := m.lib.FuncOf(fn)
		if lib == nil || lib.Matches == nil {
			return nil, ""
		}
		args := v.Call.Args
		if i := int(*lib.Matches); i+1 < len(args) {
			words, _ := constString(args[i+1])
			return args[i], words
		}
	}
	return nil, ""
}

// decides reports whether a boolean decides a branch, or what a function that
// only tells yes or no returns.
func decides(v ssa.Value, depth int) bool {
	if depth > 4 || v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch r := ref.(type) {
		case *ssa.If:
			return true
		case *ssa.Return:
			if len(r.Results) == 1 {
				return true
			}
		case *ssa.UnOp:
			if r.Op == token.NOT && decides(r, depth+1) {
				return true
			}
		case *ssa.Phi:
			if decides(r, depth+1) {
				return true
			}
		}
	}
	return false
}

func (t *textFinder) branch(at, text ssa.Value, words string) (TextBranch, bool) {
	text = t.m.plainText(text)
	found := TextBranch{Pos: at.Pos(), Text: words}
	if call, ok := text.(*ssa.Call); ok && isErrorText(calleeOf(&call.Call)) {
		err := call.Call.Value
		if !call.Call.IsInvoke() {
			err = call.Call.Args[0]
		}
		from := t.m.apiError(err, map[ssa.Value]bool{})
		if from == nil || statusBeside(at) {
			return found, false
		}
		found.From = from.Pos()
		return found, true
	}
	f := fieldRead(text)
	if f == nil || !isText(f.Type()) && !isTextPointer(f.Type()) {
		return found, false
	}
	st, tag := readFrom(text)
	if st == nil || !isMessageName(jsonName(tag, f.Name())) {
		return found, false
	}
	// A code is compared as a whole, and has no spaces.
	if _, equal := at.(*ssa.BinOp); equal && codeLike.MatchString(words) {
		return found, false
	}
	out, decoded := t.decoded()[st]
	foreign := f.Pkg() != t.m.pass.Pkg && tag != ""
	found.Field, found.Code = f, codeBeside(st)
	switch {
	case found.Code != nil && (decoded || foreign):
	case decoded && !out.Has(play.Success) && !statusBeside(at):
	default:
		return found, false
	}
	return found, true
}

// plainText goes through what only changes the form of a text.
func (m *Model) plainText(v ssa.Value) ssa.Value {
	for range 6 {
		switch x := v.(type) {
		case *ssa.Convert:
			v = x.X
			continue
		case *ssa.ChangeType:
			v = x.X
			continue
		case *ssa.Call:
			lib := m.lib.FuncOf(calleeOf(&x.Call))
			if lib == nil || len(lib.Text) == 0 || lib.Text[0] != 0 || len(x.Call.Args) == 0 {
				return v
			}
			v = x.Call.Args[0]
			continue
		case *ssa.UnOp:
			if fa, ok := x.X.(*ssa.Alloc); ok && x.Op == token.MUL {
				if stored := onlyStore(fa); stored != nil {
					v = stored
					continue
				}
			}
			if p, ok := x.X.(*ssa.UnOp); ok && x.Op == token.MUL && isPointer(p.Type()) {
				return p // *answer.Message
			}
		}
		return v
	}
	return v
}

func isTextPointer(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	return ok && isText(p.Elem())
}

// readFrom returns the struct that a field was read from, and the field's tag.
func readFrom(v ssa.Value) (*types.Struct, string) {
	var t types.Type
	var i int
	switch v := v.(type) {
	case *ssa.Field:
		t, i = v.X.Type(), v.Field
	case *ssa.UnOp:
		fa, ok := v.X.(*ssa.FieldAddr)
		if !ok {
			return nil, ""
		}
		t, i = fa.X.Type().Underlying().(*types.Pointer).Elem(), fa.Field
	default:
		return nil, ""
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil, ""
	}
	return st, st.Tag(i)
}

// decoded returns the struct types that answers are decoded into, with the
// outcomes.
func (t *textFinder) decoded() map[*types.Struct]play.Outcomes {
	if t.answers != nil {
		return t.answers
	}
	t.answers = map[*types.Struct]play.Outcomes{}
	var add func(types.Type, play.Outcomes, int)
	add = func(typ types.Type, out play.Outcomes, depth int) {
		if typ == nil || depth > 6 {
			return
		}
		switch u := typ.Underlying().(type) {
		case *types.Pointer:
			add(u.Elem(), out, depth+1)
		case *types.Slice:
			add(u.Elem(), out, depth+1)
		case *types.Map:
			add(u.Elem(), out, depth+1)
		case *types.Struct:
			if t.answers[u]&out == out && out != 0 {
				return
			}
			t.answers[u] |= out
			for f := range u.Fields() {
				add(f.Type(), out, depth+1)
			}
		}
	}
	for _, d := range t.m.Decodes() {
		add(d.Type, d.Out, 0)
	}
	return t.answers
}

var codeLike = regexp.MustCompile(`^[A-Za-z0-9_.:/-]*$`)

// isMessageName reports whether a field of that name is meant for people.
func isMessageName(name string) bool {
	switch plainName(name) {
	case "message", "msg", "detail", "description", "errordescription", "errormessage", "errormsg", "errmsg", "title", "errortext", "details":
		return true
	}
	return false
}

// codeBeside returns the field of a struct that holds a code, or nil.
func codeBeside(st *types.Struct) *types.Var {
	for i := range st.NumFields() {
		f := st.Field(i)
		switch plainName(jsonName(st.Tag(i), f.Name())) {
		case "code", "errorcode", "errcode", "errorcodes", "errorno", "errno":
			return f
		}
	}
	return nil
}

// apiError returns the call whose error a value is, if that tells of a
// request: the call makes one, or looks at an answer.
func (m *Model) apiError(v ssa.Value, seen map[ssa.Value]bool) ssa.CallInstruction {
	if seen[v] || len(seen) > 60 {
		return nil
	}
	seen[v] = true
	any := func(vals ...ssa.Value) ssa.CallInstruction {
		for _, x := range vals {
			if call := m.apiError(x, seen); call != nil {
				return call
			}
		}
		return nil
	}
	switch v := v.(type) {
	case *ssa.Extract:
		return any(v.Tuple)
	case *ssa.Call:
		if m.sendAt(v) != nil || m.facts.Fails().Calls(CalleeObject(v)) || takesAnswer(&v.Call) {
			return v
		}
		if lib := m.lib.FuncOf(CalleeObject(v)); lib != nil && lib.Error != nil && lib.Error.Of != nil {
			return any(v.Call.Args...)
		}
	case *ssa.Phi:
		return any(v.Edges...)
	case *ssa.TypeAssert:
		return any(v.X)
	case *ssa.ChangeInterface:
		return any(v.X)
	case *ssa.MakeInterface:
		return any(v.X)
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return nil
		}
		for _, st := range cellStores(v.X) {
			if call := any(st.Val); call != nil {
				return call
			}
		}
	case *ssa.Parameter:
		calls, _ := m.Callers(v.Parent())
		for _, c := range calls {
			for i, p := range v.Parent().Params {
				if p == v && i < len(c.Common().Args) && !c.Common().IsInvoke() {
					if call := any(c.Common().Args[i]); call != nil {
						return call
					}
				}
			}
		}
	}
	return nil
}

// takesAnswer reports whether a function that is given an answer returns an error.
func takesAnswer(c *ssa.CallCommon) bool {
	if !isErrorType(resultType(c)) && !(c.Signature().Results().Len() > 1) {
		return false
	}
	for _, a := range c.Args {
		if isNamed(a.Type(), "net/http", "Response") {
			return true
		}
	}
	return false
}

// cellStores returns the stores to a variable, also in the literals that share it.
func cellStores(addr ssa.Value) []*ssa.Store {
	if fv, ok := addr.(*ssa.FreeVar); ok {
		for i, f := range fv.Parent().FreeVars {
			if f != fv {
				continue
			}
			for made := range lazyssa.Each[*ssa.MakeClosure](fv.Parent().Parent()) {
				if made.Fn == fv.Parent() && i < len(made.Bindings) {
					return cellStores(made.Bindings[i])
				}
			}
		}
		return nil
	}
	a, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var list []*ssa.Store
	var visit func(ssa.Value)
	visit = func(cell ssa.Value) {
		for _, ref := range *cell.Referrers() {
			switch r := ref.(type) {
			case *ssa.Store:
				if r.Addr == cell {
					list = append(list, r)
				}
			case *ssa.MakeClosure:
				for i, b := range r.Bindings {
					if fn := r.Fn.(*ssa.Function); b == cell && i < len(fn.FreeVars) {
						visit(fn.FreeVars[i])
					}
				}
			}
		}
	}
	visit(a)
	return list
}

// networkTexts are words of errors that have no code: of the network, not of an API.
var networkTexts = []string{"reset by peer", "broken pipe", "eof", "use of closed", "no such host", "timeout", "timed out",
	"deadline exceeded", "tls", "x509", "certificate", "canceled", "cancelled", "server closed", "connection", "no route", "stopped after", "unsupported protocol", "dial ", "closed network",
	"network is", "i/o", "malformed http", "server gave http", "too many redirects", "transport", "unmarshal", "invalid character", "looking for beginning", "json", "goaway", "stream error"}

func isNetworkText(words string) bool {
	words = strings.ToLower(words)
	for _, t := range networkTexts {
		if strings.Contains(words, t) {
			return true
		}
	}
	return false
}

// uncoded reports whether a vendor says something in these words only.
func (m *Model) uncoded(words string) bool {
	known := m.config.Providers
	for _, name := range known.Names() {
		if p := known.Named(name); p != nil && p.Expired != nil && p.Expired.Text != "" && strings.EqualFold(p.Expired.Text, words) {
			return true
		}
	}
	return false
}

// ownText reports whether the package itself writes the words into an error.
func (m *Model) ownText(words string) bool {
	memo := &m.flowMemo.errorTexts
	memo.once.Do(func() {
		for call := range lazyssa.Each[*ssa.Call](m.SSA().Funcs...) {
			lib := m.lib.FuncOf(calleeOf(&call.Call))
			if lib == nil || lib.Error == nil {
				continue
			}
			for _, a := range call.Call.Args {
				if s, ok := constString(a); ok {
					memo.list = append(memo.list, strings.ToLower(s))
				}
			}
		}
	})
	words = strings.ToLower(words)
	return slices.ContainsFunc(memo.list, func(s string) bool { return strings.Contains(s, words) })
}

// statusBeside reports whether the status, and nothing else of the answer, is
// looked at together with the words: they may tell what no code does.
func statusBeside(at ssa.Value) bool {
	instr, ok := at.(ssa.Instruction)
	if !ok {
		return false
	}
	status, header := false, false
	b := instr.Block()
	for d := b.Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok || len(d.Succs[0].Preds) != 1 || d.Succs[0] != b && !d.Succs[0].Dominates(b) {
			continue
		}
		cond, ok := branch.Cond.(*ssa.BinOp)
		if !ok || cond.Op != token.EQL {
			continue
		}
		for _, side := range []ssa.Value{cond.X, cond.Y} {
			if isStatus(side) {
				status = true
			}
			if call, ok := side.(*ssa.Call); ok && calleeOf(&call.Call) != nil && calleeOf(&call.Call).Name() == "Get" {
				header = true
			}
		}
	}
	return status && !header
}

// isStatus reports whether a value is a status or code that was read from a
// field or a getter.
func isStatus(v ssa.Value) bool {
	name := ""
	if f := fieldRead(v); f != nil {
		name = f.Name()
	} else if call, ok := v.(*ssa.Call); ok {
		name = calledName(&call.Call)
	}
	name = plainName(name)
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Int {
		return false
	}
	return strings.Contains(name, "status") || strings.HasSuffix(name, "code")
}

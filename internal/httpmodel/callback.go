package httpmodel

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A Callback is a place where a vendor is told to send events to an address
// that it cannot reach, or not safely.
type Callback struct {
	Pos     token.Pos
	Address string // scheme and host
	Local   bool   // this machine or its network; else without TLS
	Name    string // what the address is called there
}

// Callbacks returns such places, in source order. Addresses that are
// configured, also where a constant stands in for what is not, are not among
// them, nor are those of logins, which end in the user's browser.
func (m *Model) Callbacks() []Callback {
	if !m.namesAddress() {
		return nil
	}
	var list []Callback
	for _, fn := range m.SSA().Funcs {
		if m.skipsTest(fn) || m.talksLocally(outermost(fn)) || hasWord(outermost(fn).Name(), handlerData().DeveloperWords) {
			continue
		}
		for instr := range lazyssa.Each[ssa.Instruction](fn) {
			name, v := m.registered(instr)
			if v == nil || m.forDevelopers(instr.Block()) {
				continue
			}
			for _, c := range m.badCallbacks(v) {
				c.Name = name
				if !c.Pos.IsValid() {
					c.Pos = m.addressPos(v, 0)
				}
				if !c.Pos.IsValid() {
					c.Pos = callbackPos(instr, v)
				}
				if c.Pos.IsValid() {
					list = append(list, c)
				}
			}
		}
	}
	list = append(list, m.toldCallbacks()...)
	slices.SortFunc(list, func(a, b Callback) int { return cmp.Compare(a.Pos, b.Pos) })
	return slices.CompactFunc(list, func(a, b Callback) bool { return a.Pos == b.Pos })
}

// talksLocally reports whether a function's requests go to the own machine: who
// gets an address there reaches it.
func (m *Model) talksLocally(fn *ssa.Function) bool {
	local := false
	for _, s := range m.Sends() {
		if outermost(s.Fn) != fn {
			continue
		}
		for _, u := range m.URLTemplates(s.urlValue()) {
			if u.Host != "" && !isOwnHost(u.Host) {
				return false
			}
			local = local || u.Host != ""
		}
	}
	return local
}

// namesAddress reports whether the package has a constant that may be such an
// address: one that only hands it to another package may have no HTTP code.
func (m *Model) namesAddress() bool {
	for _, f := range m.sourceFiles() {
		found := false
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text := strings.Trim(lit.Value, "\"`")
				_, bad := badAddress(text)
				found = found || bad || text == "http" || strings.HasPrefix(text, "http://")
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

func hasWord(name string, words []string) bool {
	return slices.ContainsFunc(wordsOf(name), func(w string) bool { return slices.Contains(words, w) })
}

// isForDevelopers reports whether something is called like what is meant for a
// developer's machine.
func isForDevelopers(name string) bool {
	return hasWord(name, handlerData().DeveloperWords) || hasWord(name, handlerData().LocalWords)
}

func callbackPos(instr ssa.Instruction, v ssa.Value) token.Pos {
	if call, ok := instr.(*ssa.Call); ok {
		return call.Pos()
	}
	if p := ValuePos(v); p.IsValid() {
		return p
	}
	return instr.Pos()
}

// registered returns the address that an instruction makes part of what a
// vendor is told, and what it is called there.
func (m *Model) registered(instr ssa.Instruction) (name string, v ssa.Value) {
	switch instr := instr.(type) {
	case *ssa.MapUpdate:
		key, ok := constString(instr.Key)
		if ok && m.isAddress(key, instr.Value, "", instr.Parent()) && m.isTold(instr.Map, 0) {
			return key, instr.Value
		}
	case *ssa.Store:
		fa, ok := instr.Addr.(*ssa.FieldAddr)
		if !ok {
			return "", nil
		}
		f := structField(fa.X.Type(), fa.Field)
		if f == nil || !isAddressType(f.Type()) {
			return "", nil
		}
		owner := ""
		if n := namedOf(fa.X.Type()); n != nil {
			owner = n.Name()
		}
		if m.isAddress(f.Name(), instr.Val, owner, instr.Parent()) && m.isTold(fa.X, 0) {
			return f.Name(), instr.Val
		}
	case *ssa.Call:
		return m.registeredBy(instr)
	}
	return "", nil
}

// isAddressType reports whether a field may hold an address: a text, a pointer
// to one, or one in an interface.
func isAddressType(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return isString(t) || types.IsInterface(t)
}

// registeredBy returns the address in a call that registers a webhook, or sets
// a parameter of a form that does.
func (m *Model) registeredBy(call *ssa.Call) (string, ssa.Value) {
	callee := CalleeObject(call)
	know := handlerData()
	if callee == nil || isForDevelopers(callee.Name()) || hasWord(callee.Name(), know.LoginWords) {
		return "", nil
	}
	if f := m.lib.FuncOf(callee); f != nil {
		if f.SetQuery == nil || f.SetQuery.Name == nil || f.SetQuery.Value == nil {
			return "", nil
		}
		key, ok := constString(argAt(&call.Call, f.SetQuery.Name))
		if v := argAt(&call.Call, f.SetQuery.Value); ok && m.isAddress(key, v, "", call.Parent()) {
			return key, v
		}
		return "", nil
	}
	named := hasWord(callee.Name(), know.CallbackWords) && hasWord(callee.Name(), know.RegisterWords)
	if !named && !hasWord(callee.Name(), []string{"subscribe", "register"}) {
		return "", nil
	}
	var found ssa.Value
	params := callee.Signature().Params()
	for i := range params.Len() {
		v := argument(call, i+receiverCount(call))
		if v == nil || !isAddressType(params.At(i).Type()) {
			continue
		}
		texts, _ := m.addressTexts(v, 0)
		if slices.ContainsFunc(texts, isHTTP) && !isLogin(texts) && (named || slices.ContainsFunc(texts, hasHookPath)) {
			found = v
		}
	}
	return "the address given to " + callee.Name(), found
}

func receiverCount(call *ssa.Call) int {
	if receiver(&call.Call) != nil {
		return 1
	}
	return 0
}

// isAddress reports whether something of that name is the address that a
// vendor sends events to.
func (m *Model) isAddress(name string, v ssa.Value, owner string, fn *ssa.Function) bool {
	know := handlerData()
	if hasWord(name, know.LoginWords) || isForDevelopers(name) {
		return false
	}
	texts, _ := m.addressTexts(v, 0)
	if len(texts) == 0 || !slices.ContainsFunc(texts, isHTTP) {
		return false
	}
	if hasWord(name, know.CallbackWords) {
		return hasWord(name, know.AddressWords) && !isLogin(texts)
	}
	flat := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	if !slices.Contains(know.AddressNames, flat) || isLogin(texts) {
		return false
	}
	return hasWord(owner, know.CallbackWords) || hasWord(owner, []string{"subscription"}) ||
		hasWord(outermost(fn).Name(), know.CallbackWords) || slices.ContainsFunc(texts, hasHookPath) || mentionsHooks(fn, texts)
}

// mentionsHooks reports whether a function names a path of webhooks, to which
// it sends, beside the addresses themselves.
func mentionsHooks(fn *ssa.Function, addresses []string) bool {
	for instr := range lazyssa.Each[ssa.Instruction](fn) {
		for _, op := range instr.Operands(nil) {
			if text, ok := constString(*op); ok && strings.Contains(text, "/") && hasHookPath(text) && !slices.Contains(addresses, text) {
				return true
			}
		}
	}
	return false
}

// isTold reports whether a map or struct becomes part of a request: it is
// encoded, or given to a function that is called like one that sends.
func (m *Model) isTold(v ssa.Value, depth int) bool {
	if v == nil || depth > 6 || v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.UnOp, *ssa.Slice, *ssa.Phi, *ssa.IndexAddr:
			if m.isTold(ref.(ssa.Value), depth+1) {
				return true
			}
		case *ssa.Store:
			if m.isTold(container(ref.Addr), depth+1) {
				return true
			}
		case *ssa.MapUpdate:
			if ref.Value == v && m.isTold(ref.Map, depth+1) {
				return true
			}
		case *ssa.Call:
			callee := CalleeObject(ref)
			if callee != nil && (encodesAs(callee) != "" || isRegistration(callee.Name())) {
				return true
			}
		case *ssa.Return: // what a function makes for its callers
			calls, _ := m.Callers(ref.Parent())
			for _, call := range calls {
				if m.isTold(call.Value(), depth+2) {
					return true
				}
			}
		}
	}
	return false
}

// isRegistration reports whether a function is called like one that tells a
// vendor something, and not like one that delivers events itself.
func isRegistration(name string) bool {
	know := handlerData()
	return hasWord(name, know.RegisterWords) && !hasWord(name, know.DeliverWords) && !isForDevelopers(name)
}

// container returns the struct, array or variable that an address is in.
func container(addr ssa.Value) ssa.Value {
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		return addr.X
	case *ssa.IndexAddr:
		return addr.X
	case *ssa.Alloc:
		return addr
	}
	return nil
}

// badCallbacks returns the address if it is always one that a vendor cannot
// send to, or not safely; else those that options set without a condition.
func (m *Model) badCallbacks(v ssa.Value) []Callback {
	texts, complete := m.addressTexts(v, 0)
	if !complete || len(texts) == 0 {
		return m.optionCallbacks(v)
	}
	var c Callback
	for _, text := range texts {
		one, ok := badAddress(text)
		if !ok {
			return nil
		}
		c = one
	}
	return []Callback{c}
}

// optionCallbacks returns such addresses that functional options put into the
// field that an address is read from.
func (m *Model) optionCallbacks(v ssa.Value) []Callback {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		if f, isField := v.(*ssa.Field); isField {
			return m.optionsOf(structField(f.X.Type(), f.Field))
		}
		return nil
	}
	if fa, ok := load.X.(*ssa.FieldAddr); ok {
		return m.optionsOf(structField(fa.X.Type(), fa.Field))
	}
	return nil
}

func (m *Model) optionsOf(f *types.Var) []Callback {
	if f == nil {
		return nil
	}
	var list []Callback
	stores, _ := m.FieldStores(f)
	for _, st := range stores {
		fn := st.Parent()
		text, ok := constString(st.Val)
		if c, bad := badAddress(text); ok && bad && fn.Parent() != nil && st.Block() == fn.Blocks[0] && !isForDevelopers(outermost(fn).Name()) {
			c.Pos = st.Pos()
			list = append(list, c)
		}
	}
	return list
}

// forDevelopers reports whether a block is only reached where a condition with
// a word for it holds: if cfg.Debug.
func (m *Model) forDevelopers(b *ssa.BasicBlock) bool {
	for d := b.Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cond := branch.Cond
		if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
			cond = not.X
		}
		names := loadedName(cond)
		if cmp, ok := cond.(*ssa.BinOp); ok {
			names = append(names, loadedName(cmp.X)...)
			if text, ok := constString(cmp.Y); ok {
				names = append(names, text)
			}
		}
		if call, ok := cond.(*ssa.Call); ok {
			if fn := CalleeObject(call); fn != nil {
				names = append(names, fn.Name())
			}
		}
		if slices.ContainsFunc(names, isForDevelopers) {
			return true
		}
	}
	return false
}

// toldCallbacks returns constants that are called the address of a webhook and
// that no code uses: they say what was entered in a vendor's portal.
func (m *Model) toldCallbacks() []Callback {
	know := handlerData()
	used := map[types.Object]bool{}
	for _, obj := range m.pass.TypesInfo.Uses {
		used[obj] = true
	}
	var list []Callback
	for _, f := range m.sourceFiles() {
		for _, decl := range f.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.CONST {
				continue
			}
			for _, spec := range gen.Specs {
				for i, id := range spec.(*ast.ValueSpec).Names {
					obj, ok := m.pass.TypesInfo.Defs[id].(*types.Const)
					if !ok || used[obj] || obj.Val().Kind() != constant.String || i >= len(spec.(*ast.ValueSpec).Values) {
						continue
					}
					text := constant.StringVal(obj.Val())
					if !hasWord(id.Name, know.CallbackWords) || !hasWord(id.Name, know.AddressWords) || hasWord(id.Name, know.LoginWords) || isForDevelopers(id.Name) || isLogin([]string{text}) {
						continue
					}
					if c, bad := badAddress(text); bad {
						c.Name, c.Pos = id.Name, spec.(*ast.ValueSpec).Values[i].Pos()
						list = append(list, c)
					}
				}
			}
		}
	}
	return list
}

package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"
	"sync"

	"github.com/apivet/apivet/internal/library"
)

// A FieldUse says what a package does with a struct field that it declares.
type FieldUse struct {
	// Reads and Writes are the places that name the field.
	Reads, Writes []token.Pos
	// Decoded are the calls that fill values holding the field (json.Unmarshal).
	Decoded []token.Pos
	// Reflected are the places where a value that holds the field goes into an
	// interface, so that code elsewhere may read it: printed, encoded, passed on.
	Reflected []token.Pos
	// Aliased says that the field's address is taken, or that its struct is
	// compared or converted to another type.
	Aliased bool
	// Foreign says that importing packages can read it: it is exported and the
	// package's exported functions, variables or fields hand its struct out.
	Foreign bool
}

type fieldUseMemo struct {
	once sync.Once
	uses map[*types.Var]*FieldUse
}

// FieldUse returns what the package does with a field. For a field of another
// package's struct the answer covers this package only, and Foreign is true.
func (m *Model) FieldUse(f *types.Var) *FieldUse {
	memo := &m.flowMemo.use
	memo.once.Do(func() { memo.uses = findFieldUses(m.pass.Pkg, m.pass.TypesInfo, m.sourceFiles()) })
	if u := memo.uses[f.Origin()]; u != nil {
		return u
	}
	return &FieldUse{Foreign: f.Pkg() != m.pass.Pkg}
}

// sourceFiles returns the package's files without its tests, unless the model
// takes them in: what only a test reads is not read.
func (m *Model) sourceFiles() []*ast.File {
	var list []*ast.File
	for _, f := range m.pass.Files {
		if !m.skipsTestAt(f.FileStart) {
			list = append(list, f)
		}
	}
	return list
}

// FieldReads returns the places that read a field by name.
func (m *Model) FieldReads(f *types.Var) []token.Pos { return m.FieldUse(f).Reads }

// FieldRead reports whether a field's value is ever looked at: Yes where the
// package names it, No where no code can, Unknown where reflection, an alias
// or an importing package may.
func (m *Model) FieldRead(f *types.Var) Answer {
	u := m.FieldUse(f)
	switch {
	case len(u.Reads) > 0:
		return Yes
	case u.Aliased || u.Foreign || len(u.Reflected) > 0:
		return Unknown
	}
	return No
}

type fieldUses struct {
	pkg    *types.Package
	info   *types.Info
	uses   map[*types.Var]*FieldUse
	bodies map[*types.Func]*ast.FuncDecl
	params map[*types.Var]paramUse
}

func findFieldUses(pkg *types.Package, info *types.Info, files []*ast.File) map[*types.Var]*FieldUse {
	u := &fieldUses{pkg: pkg, info: info, uses: map[*types.Var]*FieldUse{}, bodies: map[*types.Func]*ast.FuncDecl{}, params: map[*types.Var]paramUse{}}
	for _, file := range files {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
				if fn, ok := info.Defs[fd.Name].(*types.Func); ok {
					u.bodies[fn] = fd
				}
			}
		}
	}
	for _, file := range files {
		u.file(file)
	}
	if pkg.Name() != "main" {
		for f := range handedOut(pkg) {
			u.of(f).Foreign = true
		}
	}
	return u.uses
}

func (u *fieldUses) of(f *types.Var) *FieldUse {
	f = f.Origin()
	use := u.uses[f]
	if use == nil {
		use = &FieldUse{Foreign: f.Pkg() != u.pkg}
		u.uses[f] = use
	}
	return use
}

func (u *fieldUses) file(file *ast.File) {
	written := map[ast.Expr]bool{} // left sides of plain assignments
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.ASSIGN {
				for _, lhs := range n.Lhs {
					written[ast.Unparen(lhs)] = true
				}
			}
			u.conversions(n.Lhs, n.Rhs)
		case *ast.UnaryExpr:
			if sel, ok := ast.Unparen(n.X).(*ast.SelectorExpr); ok && n.Op == token.AND {
				if f := u.field(sel); f != nil && !isStruct(f.Type()) {
					u.of(f).Aliased = true
				}
			}
		case *ast.SelectorExpr:
			u.selector(n, written[n])
		case *ast.CompositeLit:
			u.literal(n)
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				u.each(u.info.TypeOf(n.X), false, func(use *FieldUse) { use.Aliased = true })
			}
		case *ast.CallExpr:
			u.call(n)
		case *ast.SendStmt, *ast.ValueSpec:
			u.implicit(n)
		case *ast.FuncDecl:
			if n.Body != nil {
				u.returns(n.Type, n.Body)
			}
		case *ast.FuncLit:
			u.returns(n.Type, n.Body)
		}
		return true
	})
}

func (u *fieldUses) field(sel *ast.SelectorExpr) *types.Var {
	s := u.info.Selections[sel]
	if s == nil || s.Kind() != types.FieldVal {
		return nil
	}
	f, _ := s.Obj().(*types.Var)
	return f
}

func (u *fieldUses) selector(sel *ast.SelectorExpr, write bool) {
	s := u.info.Selections[sel]
	if s == nil {
		return
	}
	// Promoted through embedded fields: those are read on the way.
	t := s.Recv()
	path := s.Index()
	for _, i := range path[:len(path)-1] {
		f := structField(t, i)
		if f == nil {
			return
		}
		u.of(f).Reads = append(u.of(f).Reads, sel.Sel.Pos())
		t = f.Type()
	}
	f, ok := s.Obj().(*types.Var)
	if !ok {
		return
	}
	if write {
		u.of(f).Writes = append(u.of(f).Writes, sel.Sel.Pos())
	} else {
		u.of(f).Reads = append(u.of(f).Reads, sel.Sel.Pos())
	}
}

func (u *fieldUses) literal(lit *ast.CompositeLit) {
	t := u.info.TypeOf(lit)
	if t == nil {
		return
	}
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem() // an elided &T
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				if f, ok := u.info.Uses[id].(*types.Var); ok {
					u.of(f).Writes = append(u.of(f).Writes, id.Pos())
					u.toInterface(f.Type(), kv.Value)
				}
			}
			continue
		}
		if i < s.NumFields() {
			f := s.Field(i)
			u.of(f).Writes = append(u.of(f).Writes, elt.Pos())
			u.toInterface(f.Type(), elt)
		}
	}
}

// conversions looks for structs that an assignment puts into an interface.
func (u *fieldUses) conversions(lhs, rhs []ast.Expr) {
	if len(lhs) != len(rhs) {
		return
	}
	for i := range lhs {
		u.toInterface(u.info.TypeOf(lhs[i]), rhs[i])
	}
}

// returns looks for structs that a function returns as interfaces.
func (u *fieldUses) returns(ft *ast.FuncType, body *ast.BlockStmt) {
	if ft.Results == nil {
		return
	}
	var results []types.Type
	for _, r := range ft.Results.List {
		for range max(1, len(r.Names)) {
			results = append(results, u.info.TypeOf(r.Type))
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if len(n.Results) == len(results) {
				for i, r := range n.Results {
					u.toInterface(results[i], r)
				}
			}
		}
		return true
	})
}

// implicit looks for structs that a send or declaration puts into an
// interface.
func (u *fieldUses) implicit(n ast.Node) {
	switch n := n.(type) {
	case *ast.SendStmt:
		if ch, ok := typeUnder(u.info.TypeOf(n.Chan)).(*types.Chan); ok {
			u.toInterface(ch.Elem(), n.Value)
		}
	case *ast.ValueSpec:
		if n.Type == nil {
			return
		}
		for _, v := range n.Values {
			u.toInterface(u.info.TypeOf(n.Type), v)
		}
	}
}

func typeUnder(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

func (u *fieldUses) toInterface(to types.Type, from ast.Expr) {
	if to == nil || !types.IsInterface(to) {
		return
	}
	if it, ok := to.Underlying().(*types.Interface); ok && it.NumMethods() > 0 {
		return // used through its methods, whose bodies are seen
	}
	u.each(u.info.TypeOf(from), true, func(use *FieldUse) { use.Reflected = append(use.Reflected, from.Pos()) })
}

func (u *fieldUses) call(call *ast.CallExpr) {
	if tv, ok := u.info.Types[call.Fun]; ok && tv.IsType() {
		u.convert(tv.Type, call)
		return
	}
	sig, ok := typeUnder(u.info.TypeOf(call.Fun)).(*types.Signature)
	if !ok {
		return
	}
	fn := u.callee(call)
	for i, arg := range call.Args {
		at := u.info.TypeOf(arg)
		pt := paramType(sig, i, call.Ellipsis.IsValid())
		if at == nil || pt == nil || types.IsInterface(at) && !isGenericAny(fn, i) {
			continue
		}
		if !types.IsInterface(pt) && !isGenericAny(fn, i) {
			continue
		}
		switch u.paramUse(fn, i, 0) {
		case paramDecoded:
			u.each(at, true, func(use *FieldUse) { use.Decoded = append(use.Decoded, call.Pos()) })
		case paramRead:
			if it, ok := pt.Underlying().(*types.Interface); ok && it.NumMethods() > 0 {
				continue // used through its methods
			}
			u.each(at, true, func(use *FieldUse) { use.Reflected = append(use.Reflected, arg.Pos()) })
		}
	}
}

// isGenericAny reports whether parameter i of a declared function is of a type
// parameter's type.
func isGenericAny(fn *types.Func, i int) bool {
	if fn == nil {
		return false
	}
	p := paramVar(fn, i)
	if p == nil {
		return false
	}
	t := types.Unalias(p.Type())
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	_, ok := t.(*types.TypeParam)
	return ok
}

func (u *fieldUses) convert(to types.Type, call *ast.CallExpr) {
	if len(call.Args) != 1 {
		return
	}
	if types.IsInterface(to) {
		u.toInterface(to, call.Args[0])
		return
	}
	from := u.info.TypeOf(call.Args[0])
	if from == nil || types.Identical(from, to) {
		return
	}
	u.each(from, false, func(use *FieldUse) { use.Aliased = true })
	u.each(to, false, func(use *FieldUse) { use.Aliased = true })
}

func (u *fieldUses) callee(call *ast.CallExpr) *types.Func {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	var id *ast.Ident
	switch x := ast.Unparen(fun).(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	}
	if id == nil {
		return nil
	}
	fn, ok := u.info.Uses[id].(*types.Func)
	if !ok {
		return nil
	}
	return fn.Origin()
}

func paramType(sig *types.Signature, i int, spread bool) types.Type {
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 {
		t := sig.Params().At(n - 1).Type()
		if s, ok := t.(*types.Slice); ok && !spread {
			return s.Elem()
		}
		return t
	}
	if i >= n {
		return nil
	}
	return sig.Params().At(i).Type()
}

func paramVar(fn *types.Func, i int) *types.Var {
	params := fn.Signature().Params()
	if params.Len() == 0 {
		return nil
	}
	return params.At(min(i, params.Len()-1))
}

// A paramUse says what a function does with what an interface parameter holds.
type paramUse int

const (
	paramRead    paramUse = iota // may read its fields, or is not known
	paramDecoded                 // only fills it
)

// paramUse follows a parameter to a decoder through the package's wrappers.
// An error on the side of reading hides findings only.
func (u *fieldUses) paramUse(fn *types.Func, i, depth int) paramUse {
	if fn == nil || depth > 5 {
		return paramRead
	}
	if f := library.FuncOf(fn); f != nil {
		if f.Decode != nil && isArg(f.Decode.Into, i) || f.Send != nil && isArg(f.Send.Into, i) {
			return paramDecoded
		}
		return paramRead
	}
	fd := u.bodies[fn]
	p := paramVar(fn, i)
	if fd == nil || p == nil {
		return paramRead
	}
	if known, ok := u.params[p]; ok {
		return known
	}
	u.params[p] = paramDecoded // a recursive call adds nothing
	use := u.bodyUse(fd, p, depth)
	u.params[p] = use
	return use
}

func isArg(a *library.Arg, i int) bool { return a != nil && int(*a) == i }

// bodyUse looks at each mention of a parameter in its function.
func (u *fieldUses) bodyUse(fd *ast.FuncDecl, p *types.Var, depth int) paramUse {
	harmless := map[*ast.Ident]bool{}
	decoded := false
	mark := func(e ast.Expr) bool {
		e = ast.Unparen(e)
		if un, ok := e.(*ast.UnaryExpr); ok && un.Op == token.AND {
			e = ast.Unparen(un.X)
		}
		id, ok := e.(*ast.Ident)
		if ok && u.info.Uses[id] == p {
			harmless[id] = true
			return true
		}
		return false
	}
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr: // v != nil
			if n.Op == token.EQL || n.Op == token.NEQ {
				mark(n.X)
				mark(n.Y)
			}
		case *ast.TypeAssertExpr: // w, ok := v.(io.Writer)
			if n.Type != nil && types.IsInterface(u.info.TypeOf(n.Type)) {
				mark(n.X)
			}
		case *ast.CallExpr:
			callee := u.callee(n)
			for i, arg := range n.Args {
				if u.paramUse(callee, i, depth+1) == paramDecoded && mark(arg) {
					decoded = true
				}
			}
		}
		return true
	})
	read := false
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && u.info.Uses[id] == p && !harmless[id] {
			read = true
		}
		return !read
	})
	if decoded && !read {
		return paramDecoded
	}
	return paramRead
}

// each calls do for every field that a value of type t holds, also through
// pointers, slices and maps when deep.
func (u *fieldUses) each(t types.Type, deep bool, do func(*FieldUse)) {
	u.eachSeen(t, deep, do, map[types.Type]bool{})
}

func (u *fieldUses) eachSeen(t types.Type, deep bool, do func(*FieldUse), seen map[types.Type]bool) {
	if t == nil {
		return
	}
	t = types.Unalias(t)
	if seen[t] || len(seen) > 500 {
		return
	}
	seen[t] = true
	switch under := t.Underlying().(type) {
	case *types.Struct:
		if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != u.pkg {
			return // another package's struct says nothing of our fields
		}
		for f := range under.Fields() {
			do(u.of(f))
			u.eachSeen(f.Type(), deep, do, seen)
		}
	case *types.Pointer:
		if deep {
			u.eachSeen(under.Elem(), deep, do, seen)
		}
	case *types.Slice:
		if deep {
			u.eachSeen(under.Elem(), deep, do, seen)
		}
	case *types.Array:
		u.eachSeen(under.Elem(), deep, do, seen)
	case *types.Map:
		if deep {
			u.eachSeen(under.Elem(), deep, do, seen)
		}
	}
}

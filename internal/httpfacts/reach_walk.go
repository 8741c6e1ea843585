package httpfacts

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/provider"
)

// An owner is what must be reached for code to be part of the program: a
// function, a variable, or the package's initialisation.
type owner struct {
	keys    []string
	results *types.Tuple // of the innermost function
	fn      *types.Func  // the declared function whose results these are, if any
}

func (o *owner) in(results *types.Tuple, fn *types.Func) *owner {
	return &owner{keys: o.keys, results: results, fn: fn}
}

// collect walks the package's code and adds what it refers to.
func (r *reach) collect() {
	for _, f := range r.pass.Files {
		if strings.HasSuffix(r.pass.Fset.File(f.FileStart).Name(), "_test.go") {
			continue
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				r.collectFunc(d)
			case *ast.GenDecl:
				r.collectVars(d)
			}
		}
	}
	r.noteSecrets()
	r.collectEmbeds()
}

func (r *reach) collectFunc(d *ast.FuncDecl) {
	fn, ok := r.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok || d.Body == nil {
		return
	}
	own := &owner{keys: []string{r.key(fn)}, results: fn.Signature().Results(), fn: fn}
	r.flow.declare(fn, d)
	r.walk(d.Body, own)
}

func (r *reach) collectVars(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		vs, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		own := &owner{}
		for _, name := range vs.Names {
			if v, ok := r.pass.TypesInfo.Defs[name].(*types.Var); ok && name.Name != "_" {
				own.keys = append(own.keys, r.key(v))
			}
		}
		// The linker drops data that nobody refers to, but what is computed
		// when the program starts is computed in any case.
		if slices.ContainsFunc(vs.Values, r.calls) {
			own.keys = append(own.keys, initKey(r.pass.Pkg.Path()))
		}
		r.walk(vs, own)
	}
}

// calls reports whether evaluating an expression runs a function.
func (r *reach) calls(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if tv := r.pass.TypesInfo.Types[n.Fun]; !tv.IsType() && !tv.IsBuiltin() {
				found = true
			}
		}
		return !found
	})
	return found
}

// walk adds what a piece of code refers to. Branches that a constant rules out
// are no part of the program.
func (r *reach) walk(root ast.Node, own *owner) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			return false
		case *ast.GenDecl:
			return n.Tok == token.VAR // constants count where they are used
		case *ast.IfStmt:
			return r.walkIf(n, own)
		case *ast.SwitchStmt:
			return r.walkSwitch(n, own)
		case *ast.FuncLit:
			sig, _ := r.pass.TypesInfo.TypeOf(n).(*types.Signature)
			if sig == nil {
				return true
			}
			r.walk(n.Body, own.in(sig.Results(), nil))
			return false
		case ast.Expr:
			return r.walkExpr(n, own)
		}
		r.flow.statement(n, own)
		r.implicit(n, own)
		return true
	})
}

func (r *reach) walkIf(n *ast.IfStmt, own *owner) bool {
	cond, known := r.truth(n.Cond)
	if !known {
		return true
	}
	if n.Init != nil {
		r.walk(n.Init, own)
	}
	if cond {
		r.walk(n.Body, own)
	} else if n.Else != nil {
		r.walk(n.Else, own)
	}
	return false
}

// truth tells the value of a condition that is fixed when the program is built.
func (r *reach) truth(e ast.Expr) (value, known bool) {
	e = ast.Unparen(e)
	if tv := r.pass.TypesInfo.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.Bool {
		return constant.BoolVal(tv.Value), true
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			v, known := r.truth(e.X)
			return !v, known
		}
	case *ast.BinaryExpr:
		if e.Op != token.LAND && e.Op != token.LOR {
			break
		}
		decisive := e.Op == token.LOR
		for _, side := range []ast.Expr{e.X, e.Y} {
			if v, known := r.truth(side); known && v == decisive {
				return v, true
			}
		}
	}
	return false, false
}

// walkSwitch leaves out the cases of a switch on a constant that are not taken.
func (r *reach) walkSwitch(n *ast.SwitchStmt, own *owner) bool {
	tag := constant.MakeBool(true)
	if n.Tag != nil {
		if tag = r.pass.TypesInfo.Types[n.Tag].Value; tag == nil {
			return true
		}
	}
	var taken, fallback *ast.CaseClause
	for _, s := range n.Body.List {
		c, ok := s.(*ast.CaseClause)
		if !ok {
			return true
		}
		if c.List == nil {
			fallback = c
		}
		for _, e := range c.List {
			v := r.pass.TypesInfo.Types[e].Value
			if v == nil {
				return true
			}
			if taken == nil && v.Kind() == tag.Kind() && constant.Compare(v, token.EQL, tag) {
				taken = c
			}
		}
		if len(c.Body) > 0 {
			if b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				return true
			}
		}
	}
	if n.Init != nil {
		r.walk(n.Init, own)
	}
	if taken == nil {
		taken = fallback
	}
	if taken != nil {
		for _, s := range taken.Body {
			r.walk(s, own)
		}
	}
	return false
}

func (r *reach) walkExpr(e ast.Expr, own *owner) bool {
	info := r.pass.TypesInfo
	if tv := info.Types[e]; tv.Value != nil {
		if tv.Value.Kind() == constant.String {
			r.flow.constants = append(r.flow.constants, source{expr: e, own: own})
		}
		return false
	}
	switch e := e.(type) {
	case *ast.Ident:
		r.refer(info.Uses[e], e, own)
	case *ast.BinaryExpr:
		// The right side of a decided && or || is never evaluated.
		if v, known := r.truth(e.X); known && (e.Op == token.LAND && !v || e.Op == token.LOR && v) {
			return false
		}
		r.flow.binary(e, own)
	case *ast.CallExpr:
		r.flow.call(e, own)
		r.implicit(e, own)
	case *ast.CompositeLit:
		r.flow.composite(e, own)
		r.implicit(e, own)
	case *ast.TypeAssertExpr:
		r.implicit(e, own)
	}
	return true
}

// refer adds an edge to what an identifier stands for.
func (r *reach) refer(obj types.Object, id *ast.Ident, own *owner) {
	switch o := obj.(type) {
	case *types.Func:
		if o.Pkg() == nil || isInterfaceMethod(o) {
			return // what may run is found where a value becomes an interface
		}
		r.edge(own, ReachEdge{To: r.key(o), At: r.at(id.Pos()), pos: id.Pos()})
		r.instance(id, own)
	case *types.Var:
		if o.Pkg() != nil && o.Parent() == o.Pkg().Scope() {
			r.edge(own, ReachEdge{To: r.key(o), At: r.at(id.Pos()), pos: id.Pos()})
		}
	case *types.TypeName:
		r.instance(id, own)
	}
}

func (r *reach) edge(own *owner, e ReachEdge) {
	for _, key := range own.keys {
		r.node(key).add(e)
	}
}

// key names a function or package-level variable in any package.
func (r *reach) key(obj types.Object) string {
	path := obj.Pkg().Path()
	fn, ok := obj.(*types.Func)
	if !ok {
		return path + "." + obj.Name()
	}
	if fn.Name() == "init" && fn.Signature().Recv() == nil {
		return initKey(path)
	}
	fn = fn.Origin()
	if recv := fn.Signature().Recv(); recv != nil {
		if n := namedOf(recv.Type()); n != nil {
			return path + "." + n.Obj().Name() + "." + fn.Name()
		}
	}
	return path + "." + fn.Name()
}

func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, _ := types.Unalias(t).(*types.Named)
	return n
}

func isInterfaceMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// implicit adds the methods that become callable where a value turns into an
// interface.
func (r *reach) implicit(n ast.Node, own *owner) {
	info := r.pass.TypesInfo
	switch n := n.(type) {
	case *ast.CallExpr:
		r.implicitCall(n, own)
	case *ast.ReturnStmt:
		if own.results == nil || own.results.Len() != len(n.Results) {
			return
		}
		for i, e := range n.Results {
			r.convert(info.TypeOf(e), own.results.At(i).Type(), e.Pos(), own)
		}
	case *ast.AssignStmt:
		if len(n.Lhs) != len(n.Rhs) {
			return
		}
		for i, e := range n.Rhs {
			r.convert(info.TypeOf(e), info.TypeOf(n.Lhs[i]), e.Pos(), own)
		}
	case *ast.ValueSpec:
		if n.Type == nil {
			return
		}
		for _, e := range n.Values {
			r.convert(info.TypeOf(e), info.TypeOf(n.Type), e.Pos(), own)
		}
	case *ast.SendStmt:
		if ch, ok := coreOf(info.TypeOf(n.Chan)).(*types.Chan); ok {
			r.convert(info.TypeOf(n.Value), ch.Elem(), n.Value.Pos(), own)
		}
	case *ast.CompositeLit:
		r.implicitElements(n, own)
	case *ast.TypeAssertExpr:
		if n.Type != nil {
			r.asserted(info.TypeOf(n.Type))
		}
	case *ast.CaseClause:
		for _, e := range n.List {
			if info.Types[e].IsType() {
				r.asserted(info.TypeOf(e))
			}
		}
	}
}

func (r *reach) implicitCall(n *ast.CallExpr, own *owner) {
	info := r.pass.TypesInfo
	fun := info.Types[n.Fun]
	if fun.IsType() {
		for _, e := range n.Args {
			r.convert(info.TypeOf(e), fun.Type, e.Pos(), own)
		}
		return
	}
	sig, ok := coreOf(fun.Type).(*types.Signature)
	if !ok {
		return
	}
	for i, e := range n.Args {
		if p := paramAt(sig, i, n.Ellipsis.IsValid()); p != nil {
			r.convert(info.TypeOf(e), p, e.Pos(), own)
		}
	}
}

// paramAt returns the type that argument i is assigned to.
func paramAt(sig *types.Signature, i int, spread bool) types.Type {
	params := sig.Params()
	if sig.Variadic() && i >= params.Len()-1 && !spread {
		if s, ok := params.At(params.Len() - 1).Type().Underlying().(*types.Slice); ok {
			return s.Elem()
		}
		return nil
	}
	if i >= params.Len() {
		return nil
	}
	return params.At(i).Type()
}

func (r *reach) implicitElements(n *ast.CompositeLit, own *owner) {
	info := r.pass.TypesInfo
	t := coreOf(info.TypeOf(n))
	if p, ok := t.(*types.Pointer); ok {
		t = coreOf(p.Elem())
	}
	for i, e := range n.Elts {
		value := e
		kv, _ := e.(*ast.KeyValueExpr)
		if kv != nil {
			value = kv.Value
		}
		var to types.Type
		switch t := t.(type) {
		case *types.Slice:
			to = t.Elem()
		case *types.Array:
			to = t.Elem()
		case *types.Map:
			to = t.Elem()
		case *types.Struct:
			if f := fieldOf(info, t, kv, i); f != nil {
				to = f.Type()
			}
		}
		r.convert(info.TypeOf(value), to, value.Pos(), own)
	}
}

// fieldOf returns the field that an element of a struct literal sets.
func fieldOf(info *types.Info, t *types.Struct, kv *ast.KeyValueExpr, i int) *types.Var {
	if kv == nil {
		if i < t.NumFields() {
			return t.Field(i)
		}
		return nil
	}
	id, ok := kv.Key.(*ast.Ident)
	if !ok {
		return nil
	}
	f, _ := info.Uses[id].(*types.Var)
	return f
}

func coreOf(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// asserted notes that some value is asked whether it has an interface's methods.
func (r *reach) asserted(t types.Type) {
	it, ok := coreOf(t).(*types.Interface)
	if !ok {
		return
	}
	for m := range it.Methods() {
		r.assert[m.Name()] = true
	}
}

// instance adds the methods that a type argument brings.
func (r *reach) instance(id *ast.Ident, own *owner) {
	inst, ok := r.pass.TypesInfo.Instances[id]
	if !ok || inst.TypeArgs == nil {
		return
	}
	var params *types.TypeParamList
	switch o := r.pass.TypesInfo.Uses[id].(type) {
	case *types.Func:
		params = o.Origin().Signature().TypeParams()
	case *types.TypeName:
		if n, ok := types.Unalias(o.Type()).(*types.Named); ok {
			params = n.Origin().TypeParams()
		}
	}
	for i := range inst.TypeArgs.Len() {
		if params != nil && i < params.Len() {
			r.convert(inst.TypeArgs.At(i), params.At(i).Constraint(), id.Pos(), own)
		}
	}
}

// A conversion turns a value into an interface.
type conversion struct {
	from, to types.Type
	own      *owner
}

// A conversionAt is the first place of a conversion.
type conversionAt struct {
	conversion
	pos token.Pos
}

// convert notes a type whose values turn into an interface.
func (r *reach) convert(from, to types.Type, pos token.Pos, own *owner) {
	if from == nil || to == nil || types.IsInterface(from) {
		return
	}
	it, ok := to.Underlying().(*types.Interface)
	if !ok || namedOf(from) == nil && !isStruct(from) {
		return
	}
	if _, ok := types.Unalias(from).(*types.TypeParam); ok {
		return
	}
	c := conversion{from, to, own}
	if r.converted[c] {
		return
	}
	r.converted[c] = true
	r.conversions = append(r.conversions, conversionAt{c, pos})
	for m := range it.Methods() {
		if m.Pkg() == nil || !holdsText(m.Signature().Results()) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(from, true, m.Pkg(), m.Name())
		if impl, ok := obj.(*types.Func); ok && impl.Pkg() != nil && !isInterfaceMethod(impl) {
			r.flow.turns = append(r.flow.turns, turn{m.Origin(), impl.Origin(), own})
		}
	}
}

// addConversions adds the methods that become callable by conversions, as far
// as they lead to a secret: those of the interface itself, and the others for
// the case that some code asks for them later.
func (r *reach) addConversions() {
	methods := map[types.Type][]*types.Func{}
	for _, c := range r.conversions {
		if _, ok := methods[c.from]; ok {
			continue
		}
		methods[c.from] = nil
		for _, sel := range typeutil.IntuitiveMethodSet(c.from, nil) {
			fn, ok := sel.Obj().(*types.Func)
			if ok && fn.Pkg() != nil && !isInterfaceMethod(fn) && (fn.Pkg() == r.pass.Pkg || r.known[r.key(fn)] != nil) {
				methods[c.from] = append(methods[c.from], fn.Origin())
			}
		}
	}
	// A method that leads to a secret makes code lead there that converts a
	// value of its type, and so on.
	for range 10 {
		all := maps.Clone(r.known)
		maps.Copy(all, r.nodes)
		leads := r.leadsToSecret(all)
		added := false
		for _, c := range r.conversions {
			for _, fn := range methods[c.from] {
				if leads[r.key(fn)] && r.addConversion(c, fn) {
					added = true
				}
			}
		}
		if !added {
			return
		}
	}
}

// addConversion adds one method of a converted type and reports whether that
// was new.
func (r *reach) addConversion(c conversionAt, fn *types.Func) bool {
	e := ReachEdge{To: r.key(fn), At: r.at(c.pos), pos: c.pos}
	it, ok := c.to.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	if obj, _, _ := types.LookupFieldOrMethod(it, false, fn.Pkg(), fn.Name()); obj == nil && !r.calledByStandard(c.from, fn) {
		e.Method = fn.Name()
	}
	added := false
	for _, key := range c.own.keys {
		n := r.node(key)
		before := len(n.Edges)
		n.add(e)
		added = added || len(n.Edges) > before
	}
	return added
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// calledByStandard reports whether a type has a method because an interface of
// an imported standard package wants it, such as fmt.Stringer.
func (r *reach) calledByStandard(t types.Type, fn *types.Func) bool {
	if !fn.Exported() {
		return false
	}
	for _, imp := range r.pass.Pkg.Imports() {
		if first, _, _ := strings.Cut(imp.Path(), "/"); strings.Contains(first, ".") {
			continue
		}
		scope := imp.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || !tn.Exported() {
				continue
			}
			it, ok := tn.Type().Underlying().(*types.Interface)
			if !ok || it.NumMethods() == 0 || !it.IsMethodSet() {
				continue
			}
			if obj, _, _ := types.LookupFieldOrMethod(it, false, fn.Pkg(), fn.Name()); obj == nil {
				continue
			}
			if types.Implements(t, it) || types.Implements(types.NewPointer(t), it) {
				return true
			}
		}
	}
	return false
}

// noteSecrets looks at every string constant that was met.
func (r *reach) noteSecrets() {
	for _, c := range r.flow.constants {
		r.texts = append(r.texts, r.text(c.expr))
	}
	company := map[*regexp.Regexp]bool{}
	beside := func(re *regexp.Regexp) bool {
		found, known := company[re]
		if !known {
			found = slices.ContainsFunc(r.texts, re.MatchString)
			company[re] = found
		}
		return found
	}
	for i, c := range r.flow.constants {
		text := r.texts[i]
		if k, ok := provider.SecretIn(text, beside); ok {
			r.secret(c, k.Vendor+" "+k.Name, "", k.Prefix)
			continue
		}
		if use := credentialInURL(text); use != "" && r.local {
			r.secret(c, "", use, "")
			continue
		}
		name := r.nameOf(c)
		if r.local && provider.IsSecretName(name) && provider.IsRandom(text) && !provider.IsPublic(text) {
			r.secret(c, "", "name "+name, "")
		}
	}
}

// text is the value of a string constant.
func (r *reach) text(e ast.Expr) string {
	return constant.StringVal(r.pass.TypesInfo.Types[e].Value)
}

var (
	queryValue = regexp.MustCompile(`[?&]([A-Za-z_-]+)=([^&#\s"']+)`)
	urlStart   = regexp.MustCompile(`^(?:https?|wss?)://[^\s]+$`)
	formValue  = regexp.MustCompile(`(?:^|&)([A-Za-z_-]+)=([^&#\s"'=]+)`)
	jsonValue  = regexp.MustCompile(`"([A-Za-z_-]+)"\s*:\s*"([^"\s]+)"`)
	userInfo   = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://([^/\s:@?#]+):([^/\s@?#]+)@([^/:\s]+)`)
)

// credentialInURL finds a credential in a URL's query or user information, or
// in the body of a request.
func credentialInURL(text string) (use string) {
	if !strings.ContainsAny(text, `=@:`) {
		return ""
	}
	for _, m := range queryValue.FindAllStringSubmatch(text, 16) {
		certain := provider.IsRandom(m[2]) || urlStart.MatchString(text) && isCredentialValue(m[2], sink{kind: sinkQuery}, m[1]) && strings.ContainsAny(m[2], "0123456789")
		if provider.IsCredentialParameter(m[1]) && certain && !provider.IsPublic(m[2]) {
			return "parameter " + m[1]
		}
	}
	if use := credentialInBody(text); use != "" {
		return use
	}
	m := userInfo.FindStringSubmatch(text)
	if m != nil && provider.IsPlausible(m[2]) && m[3] != "localhost" && !strings.HasPrefix(m[3], "127.") && !provider.IsPlaceholder(m[3]) {
		return "password in a URL"
	}
	return ""
}

// credentialInBody finds a credential in the text of a form or of JSON.
func credentialInBody(text string) (use string) {
	for _, re := range []*regexp.Regexp{formValue, jsonValue} {
		for _, m := range re.FindAllStringSubmatch(text, 64) {
			if re == formValue && !strings.Contains(text, "&") {
				continue
			}
			name, value := m[1], m[2]
			if provider.IsCredentialField(name) && len(value) >= 8 && strings.ContainsAny(value, "0123456789") &&
				isCredentialValue(value, sink{kind: sinkField}, name) && !provider.IsPublic(value) {
				return "member " + name
			}
		}
	}
	return ""
}

// secret adds a constant to the graph and returns it. use is what makes it a
// credential, where kind, its looks, does not.
func (r *reach) secret(c source, kind, use, hint string) *ReachSecret {
	s := r.describe(c)
	if old := r.secrets[s.ID]; old != nil {
		if old.Kind == "" && old.Use == "" {
			old.Kind, old.Use, old.Hint = kind, use, hint
			if use != "" {
				r.active[s.ID] = use
			}
		}
	} else {
		s.Kind, s.Use, s.Hint = kind, use, hint
		r.secrets[s.ID] = s
		if use != "" {
			r.active[s.ID] = use
		}
	}
	r.edge(c.own, ReachEdge{To: s.ID, At: r.at(c.expr.Pos()), pos: c.expr.Pos()})
	return r.secrets[s.ID]
}

// describe names a constant without telling its value.
func (r *reach) describe(c source) *ReachSecret {
	s := &ReachSecret{Module: r.module}
	if obj := r.constOf(c.expr); obj != nil && obj.Pkg() != nil {
		s.Name = "const " + obj.Pkg().Name() + "." + obj.Name()
		s.At = placeIn(r.pass, obj.Pkg().Path(), obj.Pos())
		s.ID = "const " + obj.Pkg().Path() + "." + obj.Name()
		if obj.Parent() != obj.Pkg().Scope() {
			s.ID = "const " + s.At + "." + obj.Name()
		}
		if obj.Pkg() == r.pass.Pkg {
			s.pos, s.end = obj.Pos(), obj.Pos()+token.Pos(len(obj.Name()))
		} else if r.module != "" && !strings.HasPrefix(obj.Pkg().Path()+"/", r.module+"/") {
			s.Module = obj.Pkg().Path()
		}
		return s
	}
	p := r.pass.Fset.Position(c.expr.Pos())
	s.At = r.at(c.expr.Pos())
	s.ID = "literal " + s.At + ":" + itoa(p.Column)
	s.pos, s.end = c.expr.Pos(), c.expr.End()
	return s
}

// constOf returns the constant that an expression is made of, or nil.
func (r *reach) constOf(e ast.Expr) *types.Const {
	var found *types.Const
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if c, ok := r.pass.TypesInfo.Uses[id].(*types.Const); ok && (found == nil || constLen(c) > constLen(found)) {
				found = c
			}
		}
		return true
	})
	if found != nil && constLen(found) < 4 {
		return nil
	}
	return found
}

func constLen(c *types.Const) int {
	if c.Val().Kind() != constant.String {
		return 0
	}
	return len(constant.StringVal(c.Val()))
}

// nameOf is the name that a constant goes by: its own, or that of what it is
// assigned to.
func (r *reach) nameOf(c source) string {
	if obj := r.constOf(c.expr); obj != nil {
		return obj.Name()
	}
	return r.flow.names[c.expr]
}

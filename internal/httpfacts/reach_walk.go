package httpfacts

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
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
	for _, f := range r.files {
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
		r.flow.noteMaker(e, own)
		// The right side of a decided && or || is never evaluated.
		if v, known := r.truth(e.X); known && (e.Op == token.LAND && !v || e.Op == token.LOR && v) {
			return false
		}
		r.flow.binary(e, own)
	case *ast.CallExpr:
		r.flow.noteMaker(e, own)
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

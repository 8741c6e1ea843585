package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// lacksDefault notes a decision that has no default where what comes of the
// other codes is seen: they are taken for a success, or nobody hears of them.
func (w *codeWalk) lacksDefault(d *codeDecision) {
	named := map[string]bool{}
	for _, b := range d.branches {
		if b.holds(otherCode) != triNo {
			return // there is one, in other words
		}
		for _, c := range w.codesIn(d.vendor, d.subject, b, map[string]bool{}) {
			named[c.code] = true
		}
	}
	if len(named) < 2 {
		return // no list of codes, but one that is looked for
	}
	fn := w.function()
	if fn == nil {
		return
	}
	fall := CodeFault{Pos: d.stmt.Pos(), Vendor: d.vendor.Name}
	switch next, in := comesNext(w.stack, d.last); {
	case in != nil && w.retryLoop() == nil:
		if w.own(d, fn) && w.allAct(d) {
			fall.Falls = FallsSilent // and the next item comes
		}
	case in != nil:
	case next == nil:
		if fn.sig.Results == nil && w.allAct(d) && (w.own(d, fn) || w.given(d, fn) && w.callersDrop(fn.decl)) {
			fall.Falls = FallsSilent
		}
	default:
		if r, ok := next.(*ast.ReturnStmt); ok {
			fall.Falls, fall.Zero = w.returnsNothing(d, fn, r)
		}
	}
	if loop := w.retryLoop(); fall.Falls == FallsNowhere && loop != nil && w.endsRound(loop, d.last) && w.leavesOut(d, named) {
		fall.Falls = FallsAgain
	}
	if fall.Falls != FallsNowhere {
		w.found = append(w.found, fall)
	}
}

// returnsNothing says what a return behind a decision makes of the codes that no
// branch is for, and what the zero is called that it returns.
func (w *codeWalk) returnsNothing(d *codeDecision, fn *codeFunc, r *ast.ReturnStmt) (CodeFall, string) {
	switch {
	case fn.sig.Results == nil:
		return FallsNowhere, ""
	case w.saysNothing(d, fn, r):
		return FallsEmpty, ""
	case w.losesError(d, fn, r):
		return FallsNil, ""
	case len(r.Results) == 1 && w.isAction(r.Results[0]) && w.isZero(r.Results[0]) && w.allAct(d) && fn.decl != nil && w.callersDrop(fn.decl):
		return FallsZero, types.ExprString(r.Results[0])
	case len(r.Results) == 1 && w.saysFine(r.Results[0]) && w.allAct(d):
		return FallsFine, types.ExprString(r.Results[0])
	}
	return FallsNowhere, ""
}

// saysFine reports whether a constant of a type of its own is called after
// success.
func (w *codeWalk) saysFine(e ast.Expr) bool {
	c, ok := w.objectNamed(ast.Unparen(e)).(*types.Const)
	return ok && namedOf(c.Type()) != nil && nameHas(c.Name(), "ok", "okay", "success", "succeeded") && !nameHas(c.Name(), "not", "no")
}

// leavesOut reports whether a code that no further attempt mends is not named.
func (w *codeWalk) leavesOut(d *codeDecision, named map[string]bool) bool {
	return slices.ContainsFunc(codesOf(d.vendor, d.subject), func(k constant.Value) bool {
		return !named[codeText(k)] && slices.Contains(stays, d.vendor.Remedy(codeText(k)))
	})
}

// A codeFunc is the function or literal that the walk is in.
type codeFunc struct {
	decl *ast.FuncDecl // nil for a literal
	sig  *ast.FuncType
	body *ast.BlockStmt
}

func (w *codeWalk) function() *codeFunc {
	for _, n := range slices.Backward(w.stack) {
		switch f := n.(type) {
		case *ast.FuncDecl:
			return &codeFunc{f, f.Type, f.Body}
		case *ast.FuncLit:
			return &codeFunc{nil, f.Type, f.Body}
		}
	}
	return nil
}

// saysNothing reports whether a text for people that a function returns is
// empty where no branch makes one.
func (w *codeWalk) saysNothing(d *codeDecision, fn *codeFunc, r *ast.ReturnStmt) bool {
	first := fn.sig.Results.List[0]
	if !isText(w.m.pass.TypesInfo.TypeOf(first.Type)) || fn.decl == nil {
		return false
	}
	var from types.Object // the variable that is returned
	if len(r.Results) == 0 {
		from = w.m.pass.TypesInfo.Defs[first.Names[0]]
	} else {
		for _, e := range r.Results[1:] {
			if !w.isZero(e) {
				return false
			}
		}
		if id, ok := ast.Unparen(r.Results[0]).(*ast.Ident); ok && w.m.constantOf(id) == nil {
			from = w.m.pass.TypesInfo.ObjectOf(id)
		} else if !w.isZero(r.Results[0]) {
			return false
		}
	}
	if from != nil && !w.emptyBefore(from, fn, d) {
		return false
	}
	sentences := 0
	for _, b := range d.branches {
		text, ok := w.textOf(b.body, from)
		if !ok || text == "" {
			return false
		}
		if strings.Contains(text, " ") {
			sentences++
		}
	}
	return sentences > 0 && !w.comparedToEmpty(fn.decl)
}

// textOf returns the text that a branch returns or, if from is not nil, assigns
// to it.
func (w *codeWalk) textOf(body []ast.Stmt, from types.Object) (string, bool) {
	for _, stmt := range slices.Backward(body) {
		var e ast.Expr
		switch s := stmt.(type) {
		case *ast.ReturnStmt:
			if len(s.Results) > 0 {
				e = s.Results[0]
			}
		case *ast.AssignStmt:
			if from != nil && len(s.Lhs) == 1 && w.m.objectOf(s.Lhs[0]) == from {
				e = s.Rhs[0]
			}
		}
		if e == nil {
			continue
		}
		if k := w.m.constantOf(e); k != nil && k.Kind() == constant.String {
			return constant.StringVal(k), true
		}
		if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && len(call.Args) > 0 {
			if k := w.m.constantOf(call.Args[0]); k != nil && k.Kind() == constant.String {
				return constant.StringVal(k), true // fmt.Sprintf
			}
		}
		return "", false
	}
	return "", false
}

// emptyBefore reports whether a variable or result of the function holds nothing
// when the decision is come to, and nothing but the decision sets it then.
func (w *codeWalk) emptyBefore(v types.Object, fn *codeFunc, d *codeDecision) bool {
	if v == nil || v.Pos() > d.stmt.Pos() || v.Pos() < fn.body.Pos() && (fn.sig.Results == nil || v.Pos() < fn.sig.Results.Pos()) {
		return false
	}
	empty := true
	ast.PreorderStack(fn.body, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if w.m.pass.TypesInfo.Defs[name] == v && i < len(n.Values) {
					empty = empty && w.isZero(n.Values[i])
				}
			}
		case *ast.AssignStmt:
			if n.Pos() >= d.stmt.Pos() && n.End() <= d.last.End() || endsBefore(stack, d.stmt.Pos()) {
				break
			}
			for i, lhs := range n.Lhs {
				if w.m.objectOf(lhs) == v {
					empty = empty && len(n.Rhs) == len(n.Lhs) && w.isZero(n.Rhs[i])
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && w.m.objectOf(n.X) == v {
				empty = false
			}
		}
		return empty
	})
	return empty
}

// endsBefore reports whether a block around a node returns before a place is
// come to.
func endsBefore(stack []ast.Node, pos token.Pos) bool {
	return slices.ContainsFunc(stack, func(n ast.Node) bool {
		list := stmtsOf(n)
		if len(list) == 0 || n.End() > pos {
			return false
		}
		switch last := list[len(list)-1].(type) {
		case *ast.ReturnStmt:
			return true
		case *ast.ExprStmt:
			call, ok := last.X.(*ast.CallExpr)
			return ok && slices.Contains([]string{"panic", "Exit", "Fatal", "Fatalf", "Fatalln"}, lastName(call.Fun))
		}
		return false
	})
}

// isZero reports whether an expression is nil, an empty literal or the zero of a
// basic type.
func (w *codeWalk) isZero(e ast.Expr) bool {
	tv := w.m.pass.TypesInfo.Types[e]
	if tv.IsNil() {
		return true
	}
	if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok {
		return len(lit.Elts) == 0
	}
	if tv.Value == nil {
		return false
	}
	switch tv.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(tv.Value)
	case constant.String:
		return constant.StringVal(tv.Value) == ""
	default:
		return constant.Sign(tv.Value) == 0
	}
}

// comparedToEmpty reports whether a caller in the package knows that the text
// may be empty.
func (w *codeWalk) comparedToEmpty(decl *ast.FuncDecl) bool {
	fn := w.m.pass.TypesInfo.Defs[decl.Name]
	holds := map[types.Object]bool{}
	isCall := func(e ast.Expr) bool {
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		return ok && typeutil.Callee(w.m.pass.TypesInfo, call) == fn
	}
	compared := false
	for _, file := range w.m.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if len(n.Rhs) == 1 && isCall(n.Rhs[0]) {
					holds[w.m.objectOf(n.Lhs[0])] = true
				}
			case *ast.BinaryExpr:
				if (n.Op == token.EQL || n.Op == token.NEQ) && w.isZero(n.Y) {
					compared = compared || isCall(n.X) || holds[w.m.objectOf(n.X)]
				}
			case *ast.CallExpr: // cmp.Or(advice(code), "something else"), len(text)
				for _, a := range n.Args {
					compared = compared || lastName(n.Fun) == "Or" && isCall(a) || lastName(n.Fun) == "len" && (isCall(a) || holds[w.m.objectOf(a)])
				}
			}
			return !compared
		})
	}
	return compared
}

// losesError reports whether a function returns a nil error for the codes of a
// failure that no branch is for: one of its own, or one that it was given to
// return it.
func (w *codeWalk) losesError(d *codeDecision, fn *codeFunc, r *ast.ReturnStmt) bool {
	if fn.sig.Results == nil || !isErrorType(w.m.pass.TypesInfo.TypeOf(fn.sig.Results.List[len(fn.sig.Results.List)-1].Type)) {
		return false
	}
	if len(r.Results) == 0 {
		names := fn.sig.Results.List[len(fn.sig.Results.List)-1].Names
		if !w.emptyBefore(w.m.pass.TypesInfo.Defs[names[len(names)-1]], fn, d) {
			return false
		}
	}
	for _, e := range r.Results {
		id, _ := ast.Unparen(e).(*ast.Ident)
		if !w.isZero(e) && (id == nil || !w.emptyBefore(w.m.pass.TypesInfo.ObjectOf(id), fn, d)) {
			return false
		}
	}
	if w.own(d, fn) {
		return w.isErrorRoot(d) || w.allFail(d, fn) || w.afterStatus(d, fn) || w.afterNone(d, fn)
	}
	return fn.decl != nil && w.given(d, fn) && !isErrorMethod(fn.decl) && !w.handed(d, fn) && (w.isErrorRoot(d) || w.allFail(d, fn)) && w.isReturned(fn.decl)
}

// isErrorRoot reports whether the code is read from an error.
func (w *codeWalk) isErrorRoot(d *codeDecision) bool {
	root := w.m.objectOf(d.subject.expr)
	return root != nil && isErrorType(root.Type())
}

// allFail reports whether every branch of a decision ends in an error.
func (w *codeWalk) allFail(d *codeDecision, fn *codeFunc) bool {
	isError := func(e ast.Expr) bool {
		tv := w.m.pass.TypesInfo.Types[e]
		return tv.Type != nil && !tv.IsNil() && isErrorType(tv.Type)
	}
	return len(d.branches) > 0 && !slices.ContainsFunc(d.branches, func(b codeBranch) bool {
		for _, stmt := range slices.Backward(b.body) {
			switch s := stmt.(type) {
			case *ast.ReturnStmt:
				return len(s.Results) == 0 || !isError(s.Results[len(s.Results)-1])
			case *ast.AssignStmt:
				if len(s.Rhs) == len(s.Lhs) && slices.ContainsFunc(s.Rhs, isError) {
					return false
				}
			}
		}
		return true
	})
}

// afterStatus reports whether a function looks at the status before it decides
// on a code: it does so about a refusal.
func (w *codeWalk) afterStatus(d *codeDecision, fn *codeFunc) bool {
	found := false
	ast.Inspect(fn.body, func(n ast.Node) bool {
		if s, ok := n.(*ast.IfStmt); ok && s.Pos() < d.stmt.Pos() {
			ast.Inspect(s.Cond, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					found = found || nameHas(id.Name, "status")
				}
				return !found
			})
		}
		return !found
	})
	return found
}

// afterNone reports whether a function has left where there is no code, before it
// decides on one: what it decides about is a refusal.
func (w *codeWalk) afterNone(d *codeDecision, fn *codeFunc) bool {
	return slices.ContainsFunc(fn.body.List, func(stmt ast.Stmt) bool {
		s, ok := stmt.(*ast.IfStmt)
		if !ok || s.Pos() >= d.stmt.Pos() || s.Else != nil || !leaves(s.Body.List) {
			return false
		}
		b, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
		return ok && b.Op == token.EQL && w.isZero(b.Y) && types.ExprString(ast.Unparen(b.X)) == strings.TrimPrefix(d.subject.text, "*")
	})
}

// isErrorMethod reports whether a method is one that package errors calls.
func isErrorMethod(decl *ast.FuncDecl) bool {
	return decl.Recv != nil && slices.Contains([]string{"Unwrap", "Is", "As"}, decl.Name.Name)
}

// own reports whether what the code is read from is the function's own: it got
// it from a call, and gives it to nobody.
func (w *codeWalk) own(d *codeDecision, fn *codeFunc) bool {
	root, ok := w.m.objectOf(d.subject.expr).(*types.Var)
	if !ok || root.Pos() < fn.body.Pos() || root.Pos() > fn.body.End() {
		return false
	}
	return !w.givenError(fn) && !w.handed(d, fn)
}

// ownBut is own where what is done for values of a variable does not count: they
// are those of codes that are known.
func (w *codeWalk) ownBut(d *codeDecision, fn *codeFunc, v types.Object) bool {
	known := &codeWalk{m: w.m, vendors: w.vendors, stack: w.stack, known: v}
	return known.own(d, fn)
}

// given reports whether what the code is read from is given to the function.
func (w *codeWalk) given(d *codeDecision, fn *codeFunc) bool {
	if w.givenError(fn) {
		return true
	}
	root := w.m.objectOf(d.subject.expr)
	return root != nil && root.Pos() < fn.body.Pos() && root.Pos() >= fn.sig.Params.Pos()
}

// givenError reports whether a function has an error among its parameters.
func (w *codeWalk) givenError(fn *codeFunc) bool {
	for _, f := range fn.sig.Params.List {
		if isErrorType(w.m.pass.TypesInfo.TypeOf(f.Type)) {
			return true
		}
	}
	return fn.decl != nil && fn.decl.Recv != nil && isErrorType(w.m.pass.TypesInfo.TypeOf(fn.decl.Recv.List[0].Type))
}

// handed reports whether an error, or what the code is read from, goes anywhere
// else in the function: a log, a list, another function than those that look at
// what it is or read into it.
func (w *codeWalk) handed(d *codeDecision, fn *codeFunc) bool {
	return w.handsOn(fn.body, w.m.objectOf(d.subject.expr), d.stmt.Pos(), d.last.End())
}

// handsOn is handed of a function's body without what is between two places,
// and without what returns before.
func (w *codeWalk) handsOn(body *ast.BlockStmt, root types.Object, from, to token.Pos) bool {
	tells := func(e ast.Expr) bool {
		tv := w.m.pass.TypesInfo.Types[e]
		if tv.Type != nil && !tv.IsNil() && isErrorType(tv.Type) {
			return true
		}
		if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && u.Op == token.AND {
			return false // it is read into
		}
		return root != nil && !isErrorType(root.Type()) && w.m.objectOf(e) == root
	}
	found := false
	ast.PreorderStack(body, nil, func(n ast.Node, stack []ast.Node) bool {
		if n.Pos() >= from && n.End() <= to || endsBefore(stack, from) {
			return false
		}
		switch n := n.(type) {
		case *ast.IfStmt:
			if b, ok := ast.Unparen(n.Cond).(*ast.BinaryExpr); ok && w.known != nil && b.Op == token.EQL && w.m.objectOf(b.X) == w.known {
				return false
			}
		case *ast.CallExpr:
			if !slices.ContainsFunc(n.Args, tells) || w.looksAtError(n) {
				break
			}
			found = true
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				_, local := ast.Unparen(lhs).(*ast.Ident)
				found = found || !local && i < len(n.Rhs) && tells(n.Rhs[i])
			}
		case *ast.CompositeLit:
			found = found || slices.ContainsFunc(n.Elts, tells)
		case *ast.KeyValueExpr:
			found = found || tells(n.Value)
		case *ast.SendStmt:
			found = found || tells(n.Value)
		case *ast.DeferStmt:
			found = found || w.setsResult(n)
		}
		return !found
	})
	return found
}

// setsResult reports whether a deferred function may tell of a failure: it is a
// literal, or it is given one.
func (w *codeWalk) setsResult(n *ast.DeferStmt) bool {
	_, literal := ast.Unparen(n.Call.Fun).(*ast.FuncLit)
	return literal || len(n.Call.Args) > 0
}

// looksAtError reports whether a call only tells what an error is.
func (w *codeWalk) looksAtError(call *ast.CallExpr) bool {
	if w.m.pass.TypesInfo.Types[call.Fun].IsBuiltin() {
		return lastName(call.Fun) == "len"
	}
	if obj := typeutil.Callee(w.m.pass.TypesInfo, call); obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "errors" {
		return true
	}
	t := w.m.pass.TypesInfo.TypeOf(call)
	if t == nil {
		return false
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
		return true
	}
	return isErrorType(t) && namedOf(t) != nil && namedOf(t).Name() != "error" // As(err) *Error
}

// allAct reports whether every branch of a decision does something.
func (w *codeWalk) allAct(d *codeDecision) bool {
	return !slices.ContainsFunc(d.branches, func(b codeBranch) bool { return len(b.body) == 0 })
}

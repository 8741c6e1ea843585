package httpmodel

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// A tri is the answer of a condition of which only the code is known.
type tri int

const (
	triNo tri = iota
	triUnknown
	triYes
)

func (t tri) or(u tri) tri  { return max(t, u) }
func (t tri) and(u tri) tri { return min(t, u) }
func (t tri) not() tri      { return triYes - t }

func triOf(b bool) tri {
	if b {
		return triYes
	}
	return triNo
}

// otherCode stands for a code that a decision does not know of.
var otherCode = constant.MakeUnknown()

func sameConstant(k, v constant.Value) tri {
	if v == otherCode || k.Kind() != v.Kind() {
		return triNo
	}
	return triOf(constant.Compare(k, token.EQL, v))
}

// A codeSubject is an expression that holds a code, the same wherever it is
// written in the same way.
type codeSubject struct {
	m       *Model
	expr    ast.Expr
	text    string
	number  bool
	divided bool // only a part of the number is looked at
}

// named reports whether its name says that it is an error code.
func (s *codeSubject) named() bool {
	name := plainName(lastName(s.expr))
	return strings.HasSuffix(name, "code") && !strings.Contains(name, "status")
}

// subjectOf returns the subject that an expression is, or nil.
func (m *Model) subjectOf(e ast.Expr) *codeSubject {
	e = ast.Unparen(e)
	tv := m.pass.TypesInfo.Types[e]
	if tv.Type == nil || tv.Value != nil {
		return nil
	}
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 && m.pass.TypesInfo.Types[call.Fun].IsType() {
		return m.subjectOf(call.Args[0]) // int(e.Code)
	}
	if b, ok := e.(*ast.BinaryExpr); ok && (b.Op == token.QUO || b.Op == token.REM) && m.constantOf(b.Y) != nil {
		if s := m.subjectOf(b.X); s != nil && s.number {
			s.divided = true
			return s
		}
		return nil
	}
	basic, ok := tv.Type.Underlying().(*types.Basic)
	if !ok || basic.Info()&(types.IsInteger|types.IsString) == 0 {
		return nil
	}
	switch e.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.StarExpr, *ast.IndexExpr, *ast.CallExpr:
		return &codeSubject{m: m, expr: e, text: types.ExprString(e), number: basic.Info()&types.IsInteger != 0}
	}
	return nil
}

// subjectAmong returns the only thing that conditions compare with constants
// of a code's kind, or nil. What is compared with 0 or "" may be anything.
func (m *Model) subjectAmong(conds []ast.Expr) *codeSubject {
	var found *codeSubject
	several := false
	take := func(e, k ast.Expr) {
		c := m.constantOf(k)
		s := m.subjectOf(e)
		if c == nil || s == nil || s.number && constant.Sign(constant.ToInt(c)) == 0 || !s.number && codeText(c) == "" {
			return
		}
		if s.number && !s.divided {
			if n, exact := constant.Int64Val(constant.ToInt(c)); exact && n < 1000 {
				return // a status
			}
		}
		switch {
		case found == nil:
			found = s
		case found.text != s.text:
			several = true
		default:
			found.divided = found.divided || s.divided
		}
	}
	for _, cond := range conds {
		ast.Inspect(cond, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if n.Op != token.LAND && n.Op != token.LOR {
					take(n.X, n.Y)
					take(n.Y, n.X)
				}
			case *ast.CallExpr:
				if list, e := m.contains(n); list != nil {
					take(e, list.Elts[0])
				}
			case *ast.FuncLit:
				return false
			}
			return true
		})
	}
	if several {
		return nil
	}
	return found
}

// contains returns the list and the expression of slices.Contains(list, x),
// where the list is written there.
func (m *Model) contains(call *ast.CallExpr) (*ast.CompositeLit, ast.Expr) {
	fn, ok := typeutil.Callee(m.pass.TypesInfo, call).(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "slices" || fn.Name() != "Contains" || len(call.Args) != 2 {
		return nil, nil
	}
	list, ok := ast.Unparen(call.Args[0]).(*ast.CompositeLit)
	if !ok || len(list.Elts) == 0 {
		return nil, nil
	}
	return list, call.Args[1]
}

// cond evaluates a condition for a code.
func (s *codeSubject) cond(e ast.Expr, v constant.Value) tri {
	switch x := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return s.cond(x.X, v).not()
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			return s.cond(x.X, v).and(s.cond(x.Y, v))
		case token.LOR:
			return s.cond(x.X, v).or(s.cond(x.Y, v))
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return s.compare(x, v)
		}
	case *ast.CallExpr:
		list, of := s.m.contains(x)
		if list == nil || types.ExprString(ast.Unparen(of)) != s.text {
			return triUnknown
		}
		result := triNo
		for _, elt := range list.Elts {
			k := s.m.constantOf(elt)
			if k == nil {
				return triUnknown
			}
			result = result.or(sameConstant(k, v))
		}
		return result
	}
	return triUnknown
}

func (s *codeSubject) compare(x *ast.BinaryExpr, v constant.Value) tri {
	l, r := s.value(x.X, v), s.value(x.Y, v)
	if l == nil || r == nil {
		return triUnknown
	}
	if l == otherCode || r == otherCode {
		return triOf(x.Op == token.NEQ) // and in no range
	}
	if l.Kind() != r.Kind() {
		return triUnknown
	}
	return triOf(constant.Compare(l, x.Op, r))
}

// value returns what an operand is for a code, nil where that is not known.
func (s *codeSubject) value(e ast.Expr, v constant.Value) constant.Value {
	e = ast.Unparen(e)
	if k := s.m.constantOf(e); k != nil {
		return k
	}
	if types.ExprString(e) == s.text {
		return v
	}
	switch x := e.(type) {
	case *ast.CallExpr:
		if len(x.Args) == 1 && s.m.pass.TypesInfo.Types[x.Fun].IsType() {
			return s.value(x.Args[0], v)
		}
	case *ast.BinaryExpr:
		l, r := s.value(x.X, v), s.value(x.Y, v)
		if l == nil || r == nil || l == otherCode || r == otherCode {
			if l == otherCode || r == otherCode {
				return otherCode
			}
			return nil
		}
		if l.Kind() != constant.Int || r.Kind() != constant.Int || constant.Sign(r) == 0 {
			return nil
		}
		switch x.Op {
		case token.QUO:
			return constant.BinaryOp(l, token.QUO_ASSIGN, r)
		case token.REM, token.ADD, token.SUB:
			return constant.BinaryOp(l, x.Op, r)
		}
	}
	return nil
}

// constantOf returns the constant that an expression is, or nil.
func (m *Model) constantOf(e ast.Expr) constant.Value {
	tv := m.pass.TypesInfo.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String && tv.Value.Kind() != constant.Int {
		return nil
	}
	return tv.Value
}

// objectOf returns what the root of an expression names: e of e.Body.Code.
func (m *Model) objectOf(e ast.Expr) types.Object {
	for range 12 {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			return m.pass.TypesInfo.ObjectOf(x)
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.UnaryExpr:
			e = x.X
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr); ok {
				e = sel.X
				continue
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

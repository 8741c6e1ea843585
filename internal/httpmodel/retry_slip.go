package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// UnitSlips returns the whole numbers without a unit that say how long a retry
// waits: they count nanoseconds.
func (m *Model) UnitSlips() []*ast.BasicLit {
	s := &slips{m: m, delays: m.delayFuncs()}
	for _, f := range m.pass.Files {
		ast.Inspect(f, s.visit)
	}
	for _, r := range m.Retries() {
		r.visit(func(instr ssa.Instruction) bool {
			call, ok := instr.(ssa.CallInstruction)
			if lib := library.FuncOf(calleeOfInstr(instr)); ok && lib != nil && (lib.Sleeps != nil || lib.Timer != nil) {
				s.sleeps = append(s.sleeps, call.Pos())
			}
			return false
		})
	}
	for _, f := range m.pass.Files {
		ast.Inspect(f, s.visitSleep)
	}
	return s.found
}

func calleeOfInstr(instr ssa.Instruction) *types.Func {
	if call, ok := instr.(ssa.CallInstruction); ok {
		return calleeOf(call.Common())
	}
	return nil
}

type slips struct {
	m      *Model
	delays map[token.Pos]bool // functions that compute a delay, by position
	sleeps []token.Pos        // calls that wait between attempts
	found  []*ast.BasicLit
}

// delayFuncs returns the functions of the package that tell a client how long
// to wait, by the position of their SSA form.
func (m *Model) delayFuncs() map[token.Pos]bool {
	list := map[token.Pos]bool{}
	add := func(v ssa.Value) {
		if v == nil || !isFunc(v.Type()) {
			return
		}
		for _, o := range m.Origins(v) {
			if fn := funcOfValue(o.Value); fn != nil {
				list[fn.Pos()] = true
			}
		}
	}
	for _, s := range m.Settings() {
		if s.Role == "client.retry-delay" {
			add(s.Store.Val)
		}
	}
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if lib := library.FuncOf(calleeOfInstr(instr)); lib != nil && lib.Client != nil {
					add(argAt(instr.(ssa.CallInstruction).Common(), lib.Client.RetryDelay))
				}
			}
		}
	}
	return list
}

func (s *slips) visit(n ast.Node) bool {
	info := s.m.pass.TypesInfo
	switch n := n.(type) {
	case *ast.FuncDecl:
		if s.delays[n.Name.Pos()] && n.Body != nil {
			s.returns(n.Body)
		}
	case *ast.FuncLit:
		if s.delays[n.Type.Func] {
			s.returns(n.Body)
		}
	case *ast.CallExpr:
		if tv := info.Types[n.Fun]; tv.IsType() && len(n.Args) == 1 {
			if named := namedOf(tv.Type); named != nil && named.Pkg() != nil && namedWait(named.Name()) && repeaterWord(named.Pkg().Name(), named.Name()) {
				s.add(n.Args[0])
			}
			return true
		}
		fn := funcObject(info, n.Fun)
		if fn == nil || !isRepeaterName(fn) {
			return true
		}
		sig := fn.Signature()
		for i, arg := range n.Args {
			if i < sig.Params().Len() && isNamed(sig.Params().At(i).Type(), "time", "Duration") {
				s.add(arg)
			}
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && s.waitField(info.Uses[key]) {
			s.add(n.Value)
		}
	case *ast.AssignStmt:
		for i, lhs := range n.Lhs {
			if sel, ok := lhs.(*ast.SelectorExpr); ok && len(n.Lhs) == len(n.Rhs) && s.waitField(info.Uses[sel.Sel]) {
				s.add(n.Rhs[i])
			}
		}
	}
	return true
}

// waitField reports whether an object is a field that says how long a retry
// of another package waits.
func (s *slips) waitField(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || !v.IsField() || v.Pkg() == s.m.pass.Pkg || v.Pkg() == nil || !isNamed(v.Type(), "time", "Duration") {
		return false
	}
	return repeaterWord(v.Name(), v.Pkg().Name())
}

func repeaterWord(names ...string) bool {
	for _, name := range names {
		for _, word := range camelWords(name) {
			switch word {
			case "retry", "retries", "retrier", "retryer", "backoff", "pacer", "retryablehttp":
				return true
			}
		}
	}
	return false
}

func (s *slips) returns(body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if len(n.Results) > 0 {
				s.add(n.Results[0])
			}
		}
		return true
	})
}

func (s *slips) visitSleep(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if ok && len(call.Args) > 0 {
		for _, pos := range s.sleeps {
			if call.Lparen == pos {
				s.add(call.Args[0])
			}
		}
	}
	return true
}

// add notes an expression that is a plain whole number above 1: 0 and 1 are
// said on purpose.
func (s *slips) add(e ast.Expr) {
	lit, ok := ast.Unparen(e).(*ast.BasicLit)
	if !ok || lit.Kind != token.INT || lit.Value == "0" || lit.Value == "1" || len(lit.Value) > 6 {
		return
	}
	for _, had := range s.found {
		if had == lit {
			return
		}
	}
	s.found = append(s.found, lit)
}

// funcObject returns the function that an expression names, or nil.
func funcObject(info *types.Info, e ast.Expr) *types.Func {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		fn, _ := info.Uses[e].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := info.Uses[e.Sel].(*types.Func)
		return fn
	}
	return nil
}

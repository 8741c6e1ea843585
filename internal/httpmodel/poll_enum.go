package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// stateWord returns the name of a state that a value surely is: a constant
// text, the name of a constant of an enumeration, or its String method.
func stateWord(v ssa.Value) (string, bool) {
	switch x := v.(type) {
	case *ssa.Call:
		if fn := calleeOf(&x.Call); fn != nil && fn.Name() == "String" && receiver(&x.Call) != nil {
			return stateWord(receiver(&x.Call))
		}
	case *ssa.ChangeType:
		return stateWord(x.X)
	case *ssa.MakeInterface:
		return stateWord(x.X)
	case *ssa.UnOp: // a variable that is a name for one: models.StatusFailed
		if g, ok := x.X.(*ssa.Global); ok && x.Op == token.MUL && wordClass(g.Name()) != classUnknown && isStateType(x.Type()) {
			return g.Name(), true
		}
	case *ssa.Const:
		if x.Value == nil {
			return "", false
		}
		switch x.Value.Kind() {
		case constant.String:
			return constant.StringVal(x.Value), true
		case constant.Int:
			return enumName(x)
		}
	}
	return "", false
}

// enumName is the name of a constant of an enumeration.
func enumName(c *ssa.Const) (string, bool) {
	n := namedOf(c.Type())
	if n == nil || n.Pkg() == nil {
		return "", false
	}
	scope := n.Pkg().Scope()
	for _, name := range scope.Names() {
		k, ok := scope.Lookup(name).(*types.Const)
		if ok && types.Identical(k.Type(), c.Type()) && constant.Compare(k.Val(), token.EQL, c.Value) {
			return strings.TrimPrefix(name, n.Name()), true
		}
	}
	return "", false
}

// isStateType reports whether a type can hold a state: text, a boolean, an
// enumeration, or a pointer to one.
func isStateType(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return false
	}
	_, named := types.Unalias(t).(*types.Named)
	return b.Info()&(types.IsString|types.IsBoolean) != 0 || named && b.Info()&types.IsInteger != 0
}

func isBoolLike(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return isBool(t)
}

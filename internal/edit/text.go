package edit

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/analysis"
)

// PrefixArgument puts a constant text before an argument, a string, of the call
// at pos.
func PrefixArgument(pass *analysis.Pass, pos token.Pos, i int, prefix string) (analysis.TextEdit, bool) {
	call, ok := callAt(pass, pos)
	if !ok || i < 0 || i >= len(call.Args) || call.Ellipsis.IsValid() {
		return analysis.TextEdit{}, false
	}
	arg := call.Args[i]
	if b, ok := types.Unalias(pass.TypesInfo.TypeOf(arg)).(*types.Basic); !ok || b.Info()&types.IsString == 0 {
		return analysis.TextEdit{}, false
	}
	switch arg.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.CallExpr:
		return analysis.TextEdit{Pos: arg.Pos(), End: arg.Pos(), NewText: []byte(strconv.Quote(prefix) + "+")}, true
	}
	return analysis.TextEdit{}, false
}

// ExtendLiteral adds a text to the one literal of a value in the call at pos.
func ExtendLiteral(pass *analysis.Pass, pos token.Pos, value, more string) (analysis.TextEdit, bool) {
	call, ok := callAt(pass, pos)
	if !ok {
		return analysis.TextEdit{}, false
	}
	var found []*ast.BasicLit
	for _, arg := range call.Args {
		ast.Inspect(arg, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Value == strconv.Quote(value) {
				found = append(found, lit)
			}
			return true
		})
	}
	if len(found) != 1 {
		return analysis.TextEdit{}, false
	}
	return replace(found[0], strconv.Quote(value+more)), true
}

// callAt returns the call whose parenthesis, or whose start, is at pos.
func callAt(pass *analysis.Pass, pos token.Pos) (*ast.CallExpr, bool) {
	p, ok := At(pass, pos)
	if !ok {
		return nil, false
	}
	for _, n := range p.path {
		if call, ok := n.(*ast.CallExpr); ok && (call.Lparen == pos || call.Pos() == pos) {
			return call, true
		}
	}
	return nil, false
}

// WrapConversion puts a call of a package's function round the conversion at
// pos, and imports the package where the file does not.
func WrapConversion(pass *analysis.Pass, pos token.Pos, pkg, fn string) ([]analysis.TextEdit, bool) {
	call, ok := callAt(pass, pos)
	if !ok || !pass.TypesInfo.Types[call.Fun].IsType() {
		return nil, false
	}
	p, _ := At(pass, pos)
	names, edits, ok := p.imports(pkg)
	if !ok {
		return nil, false
	}
	return append(edits,
		analysis.TextEdit{Pos: call.Pos(), End: call.Pos(), NewText: []byte(names[pkg] + "." + fn + "(")},
		analysis.TextEdit{Pos: call.End(), End: call.End(), NewText: []byte(")")}), true
}

package edit

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// RenameInTag returns the edit that gives the field at a position another name
// in JSON.
func RenameInTag(pass *analysis.Pass, pos token.Pos, old, name string) ([]analysis.TextEdit, bool) {
	p, ok := At(pass, pos)
	if !ok {
		return nil, false
	}
	field, ok := innermost[*ast.Field](p)
	if !ok || field.Tag == nil || len(field.Names) != 1 {
		return nil, false
	}
	for _, quote := range []string{`"`, `\"`} { // in a raw string, in another
		before, after, found := strings.Cut(field.Tag.Value, "json:"+quote+old)
		if found && (strings.HasPrefix(after, quote) || strings.HasPrefix(after, ",")) {
			return []analysis.TextEdit{replace(field.Tag, before+"json:"+quote+name+after)}, true
		}
	}
	return nil, false
}

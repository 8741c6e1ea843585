package check

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// An ignore is one //apivet:ignore directive.
type ignore struct {
	check string
	file  string
	line  int
}

const ignorePrefix = "//apivet:ignore"

// findIgnores lists the package's directives that have a check and a reason.
// One without a reason suppresses nothing.
func findIgnores(pass *analysis.Pass) []ignore {
	var list []ignore
	for _, f := range pass.Files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				rest, ok := strings.CutPrefix(c.Text, ignorePrefix)
				if !ok {
					continue
				}
				words := strings.Fields(rest)
				if len(words) < 2 {
					continue
				}
				at := pass.Fset.Position(c.Pos())
				for _, name := range strings.Split(words[0], ",") {
					list = append(list, ignore{name, at.Filename, at.Line})
				}
			}
		}
	}
	return list
}

// ignored reports whether a directive on the line or the line above names the check.
func (p *Pass) ignored(pos token.Pos) bool {
	if len(p.ignores) == 0 {
		return false
	}
	at := p.Fset.Position(pos)
	for _, ig := range p.ignores {
		if ig.check == p.Spec.Name && ig.file == at.Filename && (ig.line == at.Line || ig.line == at.Line-1) {
			return true
		}
	}
	return false
}

package driver

import (
	"errors"
	"go/scanner"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apivet/apivet/internal/report"
)

// parseProblems turns the parser's error into problems, one a line.
func parseProblems(n *node, err error) []report.Problem {
	var list scanner.ErrorList
	if errors.As(err, &list) {
		var problems []report.Problem
		list.RemoveMultiples()
		for _, e := range list {
			problems = append(problems, report.Problem{Package: n.path(), Pos: e.Pos, Text: e.Msg})
		}
		return problems
	}
	if err != nil {
		return []report.Problem{{Package: n.path(), Text: err.Error()}}
	}
	return nil
}

func typeProblem(n *node, err error) report.Problem {
	var e types.Error
	if !errors.As(err, &e) {
		return report.Problem{Package: n.path(), Text: err.Error()}
	}
	return report.Problem{
		Package: n.path(),
		Pos:     e.Fset.Position(e.Pos),
		Text:    e.Msg,
		Implied: strings.Contains(e.Msg, errSeen.Error()),
	}
}

// problems returns why a package was not analysed, or was not as it should be.
// own are the problems of reading it.
func (n *node) problems(own []report.Problem, dir string) []report.Problem {
	if slices.ContainsFunc(own, isImport) {
		// What is not imported is undefined; that goes without saying.
		for i, p := range own {
			own[i].Implied = p.Implied || !isImport(p)
		}
	}
	switch e := n.Error; {
	case e == nil || e.fromCompiler():
		// Where the type checker is content, so are we.
		return own
	case len(n.files) == 0:
		return []report.Problem{n.listProblem(dir)}
	case e.Pos == "":
		// Two packages in a folder, an import cycle: type errors follow from it.
		for i := range own {
			own[i].Implied = true
		}
		return append(own, n.listProblem(dir))
	}
	// What cmd/go complains of at a place does not keep us from reading the
	// package (a folder to embed that is not built yet) or has been found.
	return own
}

// isImport reports whether the type checker complains of an import.
func isImport(p report.Problem) bool {
	return strings.HasPrefix(p.Text, "could not import ")
}

// listProblem is what go list said of the package. dir is the folder that it
// was run in.
func (n *node) listProblem(dir string) report.Problem {
	p := report.Problem{Pos: parsePosition(n.Error.Pos, dir), Text: n.Error.text()}
	if n.own() {
		p.Package = n.path()
	} else if !strings.Contains(p.Text, n.path()) {
		p.Text = n.path() + ": " + p.Text
	}
	return p
}

// parsePosition reads file:line:col or file:line.
func parsePosition(s, dir string) token.Position {
	var pos token.Position
	var numbers []int
	for len(numbers) < 2 {
		i := strings.LastIndexByte(s, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(s[i+1:])
		if err != nil {
			break
		}
		numbers = append(numbers, n)
		s = s[:i]
	}
	switch len(numbers) {
	case 2:
		pos.Line, pos.Column = numbers[1], numbers[0]
	case 1:
		pos.Line = numbers[0]
	default:
		return pos
	}
	pos.Filename = s
	if !filepath.IsAbs(s) {
		pos.Filename = filepath.Join(dir, s)
	}
	return pos
}

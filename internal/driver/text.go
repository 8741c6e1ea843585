package driver

import (
	"bytes"
	"fmt"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/check"
)

// A textWriter prints findings for people.
type textWriter struct {
	w     io.Writer
	dir   string              // absolute; names are printed relative to it
	lines map[string][][]byte // source by file name; nil for what cannot be read
	// secret holds the checks whose findings point at credentials.
	secret map[string]bool
}

func newTextWriter(w io.Writer, dir string) *textWriter {
	t := &textWriter{w: w, dir: dir, lines: make(map[string][][]byte), secret: make(map[string]bool)}
	for _, spec := range analyzers.Specs() {
		t.secret[spec.Name] = spec.Secret
	}
	return t
}

// finding prints one finding: the place and what is wrong, the guilty line,
// the places that explain it, and where to read more.
func (t *textWriter) finding(f Finding) {
	fmt.Fprintf(t.w, "%s: %s: %s (%s)\n", t.position(f.Pos), f.Severity, f.Message, f.Check)
	t.excerpt(f.Pos, f.End, t.secret[f.Check])
	for _, rel := range f.Related {
		fmt.Fprintf(t.w, "    %s: %s\n", t.position(rel.Pos), rel.Message)
	}
	if f.URL != "" {
		fmt.Fprintf(t.w, "    %s\n", f.URL)
	}
}

// excerpt prints the line of pos with carets below it, as far as end.
// secret says that the finding points at a credential.
func (t *textWriter) excerpt(pos, end token.Position, secret bool) {
	line, ok := t.line(pos)
	if ok {
		line = masked(line, secret)
	}
	if !ok || pos.Column < 1 || pos.Column > len(line)+1 {
		return
	}
	before := line[:pos.Column-1]
	guilty := line[len(before):]
	if end.Line == pos.Line && end.Column > pos.Column && end.Column <= len(line)+1 {
		guilty = line[len(before) : end.Column-1]
	}
	if !end.IsValid() {
		guilty = guilty[:min(1, len(guilty))]
	}
	trimmed := bytes.TrimLeft(before, " \t")
	indent := len(before) - len(trimmed)
	fmt.Fprintf(t.w, "    %s\n", line[indent:])
	// A tab below a tab keeps the carets in place at every tab width.
	blank := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(trimmed))
	fmt.Fprintf(t.w, "    %s%s\n", blank, strings.Repeat("^", max(1, utf8.RuneCount(bytes.TrimRight(guilty, " \t")))))
}

// line returns the source line of pos.
func (t *textWriter) line(pos token.Position) ([]byte, bool) {
	lines, ok := t.lines[pos.Filename]
	if !ok {
		if data, err := os.ReadFile(pos.Filename); err == nil {
			lines = bytes.Split(data, []byte("\n"))
		}
		t.lines[pos.Filename] = lines
	}
	if pos.Line < 1 || pos.Line > len(lines) {
		return nil, false
	}
	return bytes.TrimRight(lines[pos.Line-1], "\r"), true
}

// problem prints what could not be analysed.
func (t *textWriter) problem(p Problem) {
	if p.implied {
		return
	}
	text := p.Text
	if p.Platform != "" {
		text += " (" + p.Platform + ")"
	}
	switch {
	case p.Pos.IsValid():
		fmt.Fprintf(t.w, "%s: %s\n", t.position(p.Pos), text)
	case p.Package != "":
		fmt.Fprintf(t.w, "%s: %s\n", p.Package, text)
	default:
		fmt.Fprintf(t.w, "apivet: %s\n", text)
	}
}

// position prints file:line:col, or file:line where the column is unknown.
func (t *textWriter) position(pos token.Position) string {
	if rel, err := filepath.Rel(t.dir, pos.Filename); err == nil && filepath.IsAbs(pos.Filename) {
		pos.Filename = rel
	}
	return pos.String()
}

// counts is the last line of a run.
func counts(r *Result) string {
	bySeverity := make(map[check.Severity]int)
	for _, f := range r.Findings {
		bySeverity[f.Severity]++
	}
	var parts []string
	for _, s := range []check.Severity{check.Error, check.Warning, check.Note} {
		if n := bySeverity[s]; n > 0 {
			parts = append(parts, plural(n, string(s)))
		}
	}
	text := "no findings"
	if len(parts) > 0 {
		text = strings.Join(parts, ", ")
	}
	text += " in " + plural(len(r.Packages), "package")
	if broken := brokenPackages(r.Problems); broken > 0 {
		text += fmt.Sprintf("; %s not analysed", plural(broken, "package"))
	} else if len(r.Problems) > 0 {
		text += "; not everything could be analysed"
	}
	return text
}

func brokenPackages(problems []Problem) int {
	paths := make(map[string]bool)
	for _, p := range problems {
		if p.Package != "" {
			paths[p.Package] = true
		}
	}
	return len(paths)
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

package report

import (
	"bytes"
	"fmt"
	"go/token"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apivet/apivet/internal/check"
)

// writeText prints the findings for people.
func writeText(w io.Writer, r *Result, o Options) error {
	t := newTextWriter(w, o)
	for _, f := range r.Findings {
		t.finding(f)
	}
	return t.err
}

// WriteProblems prints as text what could not be analysed.
func WriteProblems(w io.Writer, r *Result, o Options) error {
	t := newTextWriter(w, o)
	for _, p := range r.Problems {
		t.problem(p)
	}
	return t.err
}

// A textWriter prints findings for people.
type textWriter struct {
	w      io.Writer
	err    error // the first of the writer
	dir    string
	color  bool
	source source
	secret map[string]bool // checks whose findings point at credentials
}

func newTextWriter(w io.Writer, o Options) *textWriter {
	return &textWriter{w: w, dir: o.Dir, color: o.Color, secret: o.secrets()}
}

// Escape sequences of the parts of a finding.
const (
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	cyan   = "\x1b[1;36m"
	green  = "\x1b[1;32m"
	reset  = "\x1b[0m"
)

var severityColor = map[check.Severity]string{check.Error: red, check.Warning: yellow, check.Note: cyan}

// paint returns the text in a colour.
func (t *textWriter) paint(color, text string) string {
	if !t.color || text == "" {
		return text
	}
	return color + text + reset
}

func (t *textWriter) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(t.w, format, args...); err != nil && t.err == nil {
		t.err = err
	}
}

// finding prints one finding: the place and what is wrong, the guilty line,
// the places that explain it, and where to read more.
func (t *textWriter) finding(f Finding) {
	t.printf("%s: %s: %s %s\n", t.paint(bold, t.position(f.Pos)), t.paint(severityColor[f.Severity], string(f.Severity)),
		printable(f.Message), t.paint(faint, "("+f.Check+")"))
	t.excerpt(f.Pos, f.End, t.secret[f.Check])
	for _, rel := range f.Related {
		t.printf("    %s: %s\n", t.position(rel.Pos), printable(rel.Message))
	}
	if f.URL != "" {
		t.printf("    %s\n", t.paint(faint, f.URL))
	}
}

// excerpt prints the line of pos with carets below it, as far as end.
// secret says that the finding points at a credential.
func (t *textWriter) excerpt(pos, end token.Position, secret bool) {
	line, ok := t.source.maskedLine(pos, secret)
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
	t.printf("    %s\n", printable(string(line[indent:])))
	// A tab below a tab keeps the carets in place at every tab width.
	blank := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(trimmed))
	carets := strings.Repeat("^", max(1, utf8.RuneCount(bytes.TrimRight(guilty, " \t"))))
	t.printf("    %s%s\n", blank, t.paint(green, carets))
}

// problem prints what could not be analysed.
func (t *textWriter) problem(p Problem) {
	if p.Implied {
		return
	}
	place := "apivet: "
	switch {
	case p.Pos.IsValid():
		place = t.paint(bold, t.position(p.Pos)) + ": "
	case p.Package != "":
		place = "" // the message begins with it
	}
	t.printf("%s%s\n", place, printable(p.message()))
}

// position prints file:line:col, or file:line where the column is unknown.
func (t *textWriter) position(pos token.Position) string {
	pos.Filename, _ = relative(t.dir, pos.Filename)
	return printable(pos.String())
}

// printable returns the text without what could control a terminal or change
// the order of what is seen: somebody else wrote the source.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' || unicode.Is(unicode.Bidi_Control, r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

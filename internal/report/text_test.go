package report

import (
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExcerpt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.go")
	if err := os.WriteFile(file, []byte("\tf(x,\ty)\r\nä := g(ö)\nlast"), 0o666); err != nil {
		t.Fatal(err)
	}
	at := func(line, col int) token.Position { return token.Position{Filename: file, Line: line, Column: col} }
	for _, test := range []struct {
		name     string
		pos, end token.Position
		want     string
	}{
		{"whole call", at(1, 2), at(1, 9), "    f(x,\ty)\n    ^^^^^^^\n"},
		{"after a tab", at(1, 7), at(1, 8), "    f(x,\ty)\n        \t^\n"},
		{"no end", at(1, 2), token.Position{}, "    f(x,\ty)\n    ^\n"},
		{"ends on a later line", at(1, 2), at(2, 3), "    f(x,\ty)\n    ^^^^^^^\n"},
		{"letters of two bytes", at(2, 9), at(2, 11), "    ä := g(ö)\n           ^\n"},
		{"end of line", at(3, 5), token.Position{}, "    last\n        ^\n"},
		{"no such column", at(3, 9), token.Position{}, ""},
		{"no such line", at(9, 1), token.Position{}, ""},
		{"no such file", token.Position{Filename: "nothere.go", Line: 1, Column: 1}, token.Position{}, ""},
	} {
		var b strings.Builder
		newTextWriter(&b, Options{Dir: "/"}).excerpt(test.pos, test.end, false)
		if b.String() != test.want {
			t.Errorf("%s: got\n%swant\n%s", test.name, b.String(), test.want)
		}
	}
}

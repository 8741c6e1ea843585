package driver

import (
	"go/token"
	"path/filepath"
	"testing"
)

func TestParsePosition(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]token.Position{
		"a/x.go:3:8": {Filename: filepath.Join(dir, "a", "x.go"), Line: 3, Column: 8},
		"x.go:3":     {Filename: filepath.Join(dir, "x.go"), Line: 3},
		"":           {},
		"x.go":       {},
	} {
		if got := parsePosition(text, dir); got != want {
			t.Errorf("parsePosition(%q) = %v, want %v", text, got, want)
		}
	}
}

package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// writeModule makes a module of one package.
func writeModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n", "m.go": "package m\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	block := make(chan struct{})
	defer close(block)
	slow := &analysis.Analyzer{Name: "slow", Doc: "slow is interrupted", Run: func(*analysis.Pass) (any, error) {
		cancel()
		<-block
		return nil, nil
	}}
	var stdout, stderr bytes.Buffer
	code := Main(ctx, []string{"-C", writeModule(t), "./..."}, Catalogue{Analyzers: []*analysis.Analyzer{slow}}, &stdout, &stderr)
	if code != exitFailed || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
}

func TestFailingAnalyzer(t *testing.T) {
	failing := &analysis.Analyzer{Name: "failing", Doc: "failing fails", Run: func(*analysis.Pass) (any, error) {
		return nil, os.ErrInvalid
	}}
	dependent := &analysis.Analyzer{Name: "dependent", Doc: "dependent fails too", Requires: []*analysis.Analyzer{failing}, Run: failing.Run}
	finding := &analysis.Analyzer{Name: "finding", Doc: "finding finds", Run: func(pass *analysis.Pass) (any, error) {
		pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Package, Message: "found"})
		return nil, nil
	}}
	var stdout, stderr bytes.Buffer
	c := Catalogue{Analyzers: []*analysis.Analyzer{dependent, finding}}
	code := Main(t.Context(), []string{"-C", writeModule(t)}, c, &stdout, &stderr)
	if code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	if want := "m.go:1:1: warning: found (finding)\n"; !strings.HasPrefix(stdout.String(), want) {
		t.Errorf("stdout %q", stdout.String())
	}
	want := "apivet: failing failed on package example.com/m: invalid argument\n" +
		"apivet: 1 warning in 1 package; not everything could be analysed\n"
	if stderr.String() != want {
		t.Errorf("stderr %q", stderr.String())
	}
}

// A suggested fix is part of the report, with its places resolved.
func TestFixIsReported(t *testing.T) {
	t.Parallel()
	renaming := &analysis.Analyzer{Name: "renaming", Doc: "renaming renames", Run: func(pass *analysis.Pass) (any, error) {
		name := pass.Files[0].Name
		pass.Report(analysis.Diagnostic{Pos: name.Pos(), Message: "found", SuggestedFixes: []analysis.SuggestedFix{{
			Message:   "rename it",
			TextEdits: []analysis.TextEdit{{Pos: name.Pos(), End: name.End(), NewText: []byte("renamed")}},
		}}})
		return nil, nil
	}}
	var stdout, stderr bytes.Buffer
	Main(t.Context(), []string{"-C", writeModule(t), "-format=json"}, Catalogue{Analyzers: []*analysis.Analyzer{renaming}}, &stdout, &stderr)
	var got struct {
		Findings []struct {
			Fixes []struct {
				Message string
				Edits   []struct {
					File                             string
					Line, Column, EndLine, EndColumn int
					NewText                          string
				}
			}
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err, stderr.String())
	}
	const want = "[{[{rename it [{m.go 1 9 1 10 renamed}]}]}]"
	if s := fmt.Sprint(got.Findings); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}

package driver

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/tools/go/analysis"
)

func TestMain(m *testing.M) {
	os.Setenv(cacheVariable, "off") // the user's is none of the tests' business
	os.Exit(m.Run())
}

// A cacheTest runs a module again and again and tells when the analyzers ran.
type cacheTest struct {
	t        *testing.T
	dir      string
	analyzed atomic.Bool
	args     []string
	out      string // of the last run, findings only
}

func newCacheTest(t *testing.T, files map[string]string) *cacheTest {
	t.Setenv(cacheVariable, filepath.Join(t.TempDir(), "cache"))
	c := &cacheTest{t: t, dir: filepath.Join(t.TempDir(), "m")}
	for name, text := range files {
		c.write(name, text)
	}
	return c
}

func (c *cacheTest) write(name, text string) {
	c.t.Helper()
	name = filepath.Join(c.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		c.t.Fatal(err)
	}
}

// run runs, and wants it to analyse or not.
func (c *cacheTest) run(what string, analyse bool) {
	c.t.Helper()
	a := &analysis.Analyzer{Name: "finding", Doc: "finding finds", Run: func(pass *analysis.Pass) (any, error) {
		c.analyzed.Store(true) // packages are analysed side by side
		for _, f := range pass.Files {
			pass.Report(analysis.Diagnostic{Pos: f.Name.Pos(), End: f.Name.End(), Message: "found"})
		}
		return nil, nil
	}}
	c.analyzed.Store(false)
	var stdout, stderr bytes.Buffer
	args := append([]string{"-C", c.dir}, c.args...)
	if code := Main(c.t.Context(), append(args, "./..."), Catalogue{Analyzers: []*analysis.Analyzer{a}}, &stdout, &stderr); code != exitFound {
		c.t.Fatalf("%s: exit code %d, %s", what, code, stderr.String())
	}
	if c.analyzed.Load() != analyse {
		c.t.Errorf("%s: analysed %v, want %v", what, c.analyzed.Load(), analyse)
	}
	c.out = stdout.String()
}

func TestCachedRun(t *testing.T) {
	c := newCacheTest(t, map[string]string{
		"go.mod":          "module example.com/m\n\ngo 1.26\n\nrequire example.com/other v0.0.0\n\nreplace example.com/other => ../other\n",
		"m.go":            "package m\n\nimport (\n\t_ \"embed\"\n\n\t_ \"example.com/other\"\n)\n\n//go:embed page/*.html\nvar page string\n",
		"page/x.html":     "x",
		"../other/go.mod": "module example.com/other\n",
		"../other/o.go":   "package other\n",
	})
	c.run("first", true)
	first := c.out
	c.run("again", false)
	if c.out != first {
		t.Errorf("got\n%s\nwant\n%s", c.out, first)
	}
	c.args = []string{"-format=json"}
	c.run("another format", false)
	c.args = []string{"-o", filepath.Join(c.dir, "report")}
	c.run("to a file", false)
	c.args = nil

	c.write("README.md", "nothing to do with it")
	c.run("a file that does not matter", false)
	c.write("n/n.go", "package n\n")
	c.run("a package more", true)
	if !strings.Contains(c.out, "n/n.go:1:9") {
		t.Errorf("the new package has no finding: %s", c.out)
	}
	c.run("again", false)
	for _, name := range []string{"m.go", "page/x.html", "page/y.html", "../other/o.go", "../other/p.go", "../other/go.mod"} {
		text := "package other\n\nvar changed int\n"
		switch name {
		case "m.go":
			text = "package m\n\nimport (\n\t_ \"embed\"\n\n\t_ \"example.com/other\"\n)\n\n//go:embed page/x.html\nvar page string\n"
		case "../other/go.mod":
			text = "module example.com/other\n\ngo 1.25\n"
		case "page/x.html", "page/y.html":
			text = "new"
		}
		c.write(name, text)
		// Only the one page is embedded now.
		c.run(name, name != "page/y.html")
		c.run(name+" again", false)
	}
	c.write(".apivet.yaml", "notes: true\n")
	c.run("a configuration", true)
	c.run("the same", false)
	c.args = []string{"-tags=x"}
	c.run("other tags", true)
	c.args = []string{"-notes=false"}
	c.run("without notes", true)
	c.args = []string{"-cache=off"}
	c.run("without cache", true)
	c.args = nil
	c.run("the same as before", false)
	t.Setenv("GOFLAGS", "-tags=y")
	c.run("other environment", true)
	t.Setenv(cacheVariable, "off")
	c.run("no cache", true)
}

// A run that is not complete is not kept.
func TestCachedRunIncomplete(t *testing.T) {
	c := newCacheTest(t, map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n", "a/a.go": "package a\n", "b/b.go": "package b\n\nvar x = y\n"})
	for range 2 {
		var stdout, stderr bytes.Buffer
		if code := Main(t.Context(), []string{"-C", c.dir, "./..."}, Catalogue{}, &stdout, &stderr); code != exitFailed {
			t.Errorf("exit code %d", code)
		}
	}
}

// What is damaged is made again.
func TestCachedRunDamaged(t *testing.T) {
	c := newCacheTest(t, map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n", "m.go": "package m\n"})
	c.run("first", true)
	want := c.out
	files, err := filepath.Glob(filepath.Join(os.Getenv(cacheVariable), "*.entry"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data[:len(data)/2], 0o666); err != nil {
			t.Fatal(err)
		}
		c.run("half an entry", true)
		if c.out != want {
			t.Errorf("got %q, want %q", c.out, want)
		}
		c.run("mended", false)
	}
}

// What somebody changes while the analysis runs is not taken for analysed.
func TestCachedRunRace(t *testing.T) {
	c := newCacheTest(t, map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n", "m.go": "package m\n"})
	changing := &analysis.Analyzer{Name: "finding", Doc: "finding finds", Run: func(pass *analysis.Pass) (any, error) {
		c.write("m.go", "package m\n\nvar late int\n")
		return nil, nil
	}}
	var stdout, stderr bytes.Buffer
	if code := Main(t.Context(), []string{"-C", c.dir, "./..."}, Catalogue{Analyzers: []*analysis.Analyzer{changing}}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d, %s", code, stderr.String())
	}
	c.run("after a change", true)
}

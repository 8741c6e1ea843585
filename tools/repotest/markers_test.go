package repotest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A marker is one check in a comment "// want: check1, check2".
type marker struct {
	check string
	file  string // absolute
	line  int
}

// A region is the lines that a marker speaks for: the function declaration
// around it, or outside functions its declaration.
type region struct {
	file     string
	from, to int
}

func (r region) has(p token.Position) bool {
	return p.Filename == r.file && r.from <= p.Line && p.Line <= r.to
}

// A marked is what a folder's Go files say of themselves.
type marked struct {
	markers []marker
	decls   map[string][]region // by file
}

const want = "// want: "

// withoutMarkers returns a copy of a folder without the markers: a comment
// beside a line may be a reason for it.
func withoutMarkers(t *testing.T, dir string) string {
	t.Helper()
	temp, err := filepath.EvalSymlinks(t.TempDir()) // as cmd/go calls it
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(temp, filepath.Base(dir))
	marker := regexp.MustCompile(`(?m)[ \t]*` + want + `.*$`)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(copied, strings.TrimPrefix(path, dir))
		if d.IsDir() {
			return os.MkdirAll(target, 0o777)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".go") {
			data = marker.ReplaceAll(data, nil)
		}
		return os.WriteFile(target, data, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	return copied
}

// readMarkers reads the files of a module below its folder wrong, tests
// excepted. Files are called as in the copy of the module.
func readMarkers(t *testing.T, dir, copied string) marked {
	t.Helper()
	m := marked{decls: make(map[string][]region)}
	err := filepath.WalkDir(filepath.Join(dir, "wrong"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return m.read(filepath.Join(copied, strings.TrimPrefix(path, dir)), data)
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *marked) read(path string, data []byte) error {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, data, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			list, ok := strings.CutPrefix(c.Text, want)
			if !ok {
				continue
			}
			for name := range strings.SplitSeq(list, ",") {
				m.markers = append(m.markers, marker{strings.TrimSpace(name), path, fset.Position(c.Pos()).Line})
			}
		}
	}
	m.decls[path] = nil
	for _, d := range f.Decls {
		m.add(fset, d)
		if gen, ok := d.(*ast.GenDecl); ok {
			for _, spec := range gen.Specs {
				m.add(fset, spec) // one of several is found before their group
			}
		}
	}
	return nil
}

func (m *marked) add(fset *token.FileSet, n ast.Node) {
	from, to := fset.Position(n.Pos()), fset.Position(n.End())
	m.decls[from.Filename] = append(m.decls[from.Filename], region{from.Filename, from.Line, to.Line})
}

// around returns the smallest declaration around a line, or the line itself.
func (m *marked) around(file string, line int) region {
	best := region{file, line, line}
	found := false
	for _, r := range m.decls[file] {
		if r.has(token.Position{Filename: file, Line: line}) && (!found || r.to-r.from < best.to-best.from) {
			best, found = r, true
		}
	}
	return best
}

package repotest

import (
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/driver"
)

// The clients in testdata/vendors, each a module of its own with real
// libraries: nothing is found below right, and below wrong what the markers
// say and nothing else. Markers of checks that do not exist yet are skipped.
func TestVendors(t *testing.T) {
	mods, err := filepath.Glob(filepath.Join(root(t), "testdata", "vendors", "*", "go.mod"))
	if err != nil || len(mods) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	for _, mod := range mods {
		dir := filepath.Dir(mod)
		t.Run(filepath.Base(dir), func(t *testing.T) { testVendor(t, dir) })
	}
}

func testVendor(t *testing.T, marked string) {
	dir := withoutMarkers(t, marked)
	r := run(t, driver.Options{Dir: dir, Patterns: []string{"./..."}, Analyzers: analyzers.All()})
	wrong := readMarkers(t, marked, dir)
	if len(wrong.markers) == 0 {
		t.Error("no marker below wrong")
	}
	met := make([]bool, len(wrong.markers))
	skipped := 0
	for i, m := range wrong.markers {
		if analyzers.ByName(m.check) == nil {
			met[i] = true
			skipped++
		}
	}
	for _, f := range r.Findings {
		if !strings.HasPrefix(f.Pos.Filename, filepath.Join(dir, "wrong")+string(filepath.Separator)) {
			t.Errorf("false: %s", text(dir, f))
			continue
		}
		expected := false
		for i, m := range wrong.markers {
			if m.check == f.Check && slices.ContainsFunc(places(dir, f), wrong.around(m.file, m.line).has) {
				met[i] = true
				expected = true
			}
		}
		if !expected {
			t.Errorf("no marker for: %s", text(dir, f))
		}
	}
	for i, m := range wrong.markers {
		if !met[i] {
			t.Errorf("missed: %s:%d: %s", relative(dir, m.file), m.line, m.check)
		}
	}
	t.Logf("%d findings, %d markers, %d of them for checks that do not exist yet", len(r.Findings), len(met), skipped)
}

// places returns where a finding is and what it points at. A place in another
// package may be known by its name only: the import path, the file and the line.
func places(dir string, f driver.Finding) []token.Position {
	list := []token.Position{f.Pos}
	for _, rel := range f.Related {
		list = append(list, rel.Pos)
		m := named.FindStringSubmatch(rel.Message)
		if m == nil {
			continue
		}
		line, _ := strconv.Atoi(m[2])
		list = append(list, token.Position{Filename: filepath.Join(dir, filepath.FromSlash(m[1])), Line: line})
	}
	return list
}

// named matches a place at the end of a message. The modules are called
// example.com/<vendor>.
var named = regexp.MustCompile(` at example\.com/[a-z]+/(\S+\.go):(\d+)$`)

func text(dir string, f driver.Finding) string {
	f.Pos.Filename = relative(dir, f.Pos.Filename)
	return f.Pos.String() + ": " + f.Message + " (" + f.Check + ")"
}

func relative(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil {
		return rel
	}
	return file
}

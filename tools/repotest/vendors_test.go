package repotest

import (
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/driver"
	"github.com/apivet/apivet/internal/report"
)

var writeMissed = flag.Bool("missed", false, "write the markers that no finding meets to testdata/vendors/missed.txt")

// The clients in testdata/vendors, each a module of its own with real
// libraries: nothing is found below right, and below wrong what the markers
// say and nothing else. Markers of checks that do not exist yet are skipped.
//
// Markers in testdata/vendors/missed.txt, if there is one, are known to be
// missed; one that is met has to leave the list.
func TestVendors(t *testing.T) {
	var missed []string
	mods, err := filepath.Glob(filepath.Join(root(t), "testdata", "vendors", "*", "go.mod"))
	if err != nil || len(mods) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	for _, mod := range mods {
		dir := filepath.Dir(mod)
		t.Run(filepath.Base(dir), func(t *testing.T) { missed = append(missed, testVendor(t, dir)...) })
	}
	list := filepath.Join(root(t), "testdata", "vendors", "missed.txt")
	if *writeMissed {
		if err := os.WriteFile(list, []byte(strings.Join(missed, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(list)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	known := strings.Split(strings.TrimSpace(string(data)), "\n")
	for _, m := range missed {
		if !slices.Contains(known, m) {
			t.Errorf("missed: %s", m)
		}
	}
	for _, m := range known {
		if m != "" && !slices.Contains(missed, m) {
			t.Errorf("found now, take it off missed.txt: %s", m)
		}
	}
}

// testVendor returns the markers that are not met.
func testVendor(t *testing.T, marked string) (missed []string) {
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
			missed = append(missed, fmt.Sprintf("%s/%s:%d: %s", filepath.Base(dir), filepath.ToSlash(relative(dir, m.file)), m.line, m.check))
		}
	}
	t.Logf("%d findings, %d markers, %d of them for checks that do not exist yet", len(r.Findings), len(met), skipped)
	return missed
}

// places returns where a finding is and what it points at. A place in another
// package may be known by its name only: the import path, the file and the line.
func places(dir string, f report.Finding) []token.Position {
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

func text(dir string, f report.Finding) string {
	f.Pos.Filename = relative(dir, f.Pos.Filename)
	return f.Pos.String() + ": " + f.Message + " (" + f.Check + ")"
}

func relative(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil {
		return rel
	}
	return file
}

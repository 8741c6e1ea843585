package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

var checks = []string{"bodyleak", "keepalive"}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               "",
		"checks: [bodyleak]":             "",
		"checks: [body]":                 `f:1:10: checks[0]: unknown check "body"; apivet list names them all`,
		"disable: [keepaliv]":            `f:1:11: disable[0]: unknown check "keepaliv", did you mean "keepalive"?`,
		"disable: [bodyleak, keepalive]": "f:1:1: disable: no check is left to run",
		"checks: [bodyleak]\ndisable: [bodyleak]":    "f:2:1: disable: no check is left to run",
		"severity: {keepaliv: note}":                 `f:1:22: severity.keepaliv: unknown check "keepaliv", did you mean "keepalive"?`,
		"severity: {keepalive: high}":                `f:1:23: severity.keepalive: "high" is none of its words; known are error, warning, note`,
		"exclude: [{checks: [keepalive]}]":           "f:1:12: exclude[0]: needs paths",
		"exclude: [{paths: ['a[']}]":                 `f:1:20: exclude[0].paths[0]: "a[" is no pattern of paths`,
		"exclude: [{paths: [../a]}]":                 `f:1:20: exclude[0].paths[0]: "../a": paths are relative to the folder of the file, with slashes`,
		"exclude: [{paths: [a], checks: [bodleak]}]": `f:1:33: exclude[0].checks[0]: unknown check "bodleak", did you mean "bodyleak"?`,
	} {
		got := ""
		if _, err := Parse("f", []byte(text), checks); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, rel string
		want         bool
	}{
		{"a", "a/b/c.go", true},
		{"a/", "a/b/c.go", true},
		{"./a", "a/b/c.go", true},
		{"a/b", "a/bc/c.go", false},
		{"a/**", "a/b/c.go", true},
		{"**/*.pb.go", "x/y.pb.go", true},
		{"**/*.pb.go", "y.pb.go", true},
		{"*.go", "x/y.go", false},
		{"b", "a/b/c.go", false},
		{"**/b", "a/b/c.go", true},
		{".", "a.go", true},
		{"a/c.go", "a/c.go", true},
	} {
		if got := matches(tt.pattern, tt.rel); got != tt.want {
			t.Errorf("matches(%q, %q) = %t", tt.pattern, tt.rel, got)
		}
	}
}

// The settings of a plugin win over the file, key by key.
func TestOver(t *testing.T) {
	t.Parallel()
	file, err := Parse("f", []byte("checks: [bodyleak]\nnotes: true\ntests: true\ndisable: [keepalive]"), checks)
	if err != nil {
		t.Fatal(err)
	}
	var top File
	if err := json.Unmarshal([]byte(`{"notes": false, "disable": []}`), &top); err != nil {
		t.Fatal(err)
	}
	got := file.Over(top)
	if len(got.Checks) != 1 || *got.Notes || !*got.Tests || len(got.Disable) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestSettingsAreStrict(t *testing.T) {
	t.Parallel()
	err := json.Unmarshal([]byte(`{"exclude": [{"path": "a"}]}`), new(File))
	if want := `settings: exclude[0]: unknown key "path", did you mean "paths"?`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// The digest changes with every file that a run may read, and with nothing else.
func TestDigest(t *testing.T) {
	t.Setenv("GOWORK", "")
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	digest := func(from string) string {
		t.Helper()
		d, err := Digest(filepath.Join(dir, from))
		if err != nil {
			t.Fatal(err)
		}
		return string(d)
	}
	write("go.work", "go 1.26\n\nuse ./a\nuse ./b\n")
	write("a/go.mod", "module a\n")
	write("b/go.mod", "module b\n")
	write("a/sub/x.go", "package sub\n")
	seen := map[string]string{digest("a/sub"): "nothing"}
	for _, name := range []string{"a/.apivet.yaml", "b/.apivet.yaml", ".apivet.yaml"} {
		write(name, "notes: true\n")
		got := digest("a/sub")
		if name == ".apivet.yaml" {
			continue // both modules have their own
		}
		if old, ok := seen[got]; ok {
			t.Errorf("%s does not count: the digest is that with %s", name, old)
		}
		seen[got] = name
	}
	if digest("a/sub") != digest("b") {
		t.Error("the digest depends on the folder of the command")
	}
	if err := os.Remove(filepath.Join(dir, "b/.apivet.yaml")); err != nil {
		t.Fatal(err)
	}
	before := digest("a")
	write(".apivet.yaml", "notes: false\n")
	if digest("a") == before {
		t.Error("the file beside go.work does not count")
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	var tri triState
	if tri.value != nil || tri.String() != "false" {
		t.Error("a flag that is not set is set")
	}
	if err := tri.Set("true"); err != nil || !*tri.value {
		t.Error(err)
	}
	var l list
	if err := l.Set("a,b"); err != nil || !reflect.DeepEqual(l, list{"a", "b"}) || l.String() != "a,b" {
		t.Errorf("%v", l)
	}
}

package driver

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBrowserOnly(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		name, constraint string
		tags             string
		want             bool
	}{
		{"x_js.go", "", "", true},
		{"x_js_wasm.go", "", "", true},
		{"x_wasm.go", "", "", true},
		{"x.go", "js && wasm", "", true},
		{"x.go", "js", "", true},
		{"x.go", "wasm && !wasip1", "", true},
		{"x.go", "js && extra", "", false},
		{"x.go", "js && extra", "other,extra", true},
		{"x.go", "", "", false},
		{"x.go", "!linux", "", false},
		{"x.go", "!windows && !unix", "", false},
		{"x.go", "js || linux", "", false},
		{"x.go", "!cgo", "", false},
		{"x.go", "wasip1", "", false},
		{"x.go", "ignore", "", false},
		{"x_windows.go", "", "", false},
		{"x_js_test.go", "", "", false},
		{"_x_js.go", "", "", false},
		{"x_js.s", "", "", false},
	} {
		text := "package p\n"
		if test.constraint != "" {
			text = "//go:build " + test.constraint + "\n\n" + text
		}
		if err := os.WriteFile(filepath.Join(dir, test.name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := browserFiles(test.tags, "").only(dir, test.name); got != test.want {
			t.Errorf("%s, constraint %q, tags %q: %v", test.name, test.constraint, test.tags, got)
		}
	}
}

func TestBrowserTagsFromEnvironment(t *testing.T) {
	got := browserFiles("", "-mod=vendor -tags=a,b").js.BuildTags
	if len(got) != 2 || got[0] != "a" || got[1] != "b" {
		t.Errorf("tags %q", got)
	}
}

package driver

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/unitchecker"
)

func TestSkipUnit(t *testing.T) {
	dir := t.TempDir()
	empty, facts := filepath.Join(dir, "empty.vetx"), filepath.Join(dir, "facts.vetx")
	for name, v := range map[string]vetx{empty: {}, facts: {facts: []byte("x")}} {
		if err := v.write(name); err != nil {
			t.Fatal(err)
		}
	}
	// imports maps a path to its facts file.
	config := func(path, module, version string, imports map[string]string) unitchecker.Config {
		c := unitchecker.Config{ID: path, ImportPath: path, ModulePath: module, ModuleVersion: version, Dir: dir, VetxOnly: true,
			ImportMap: map[string]string{"unsafe": "unsafe"}, PackageFile: map[string]string{}, PackageVetx: imports}
		for p := range imports {
			c.ImportMap[p] = p
			c.PackageFile[p] = p + ".a"
		}
		return c
	}
	fmtOnly := map[string]string{"fmt": empty}
	noExport := config("example.com/dep", "example.com/dep", "v1.0.0", fmtOnly)
	noExport.PackageFile = nil
	findings := config("example.com/dep", "example.com/dep", "v1.0.0", fmtOnly)
	findings.VetxOnly = false

	for _, test := range []struct {
		name string
		unit unitchecker.Config
		goos string
		want bool
	}{
		{"standard library", config("os/user", "", "", fmtOnly), "linux", true},
		{"standard library that imports a modelled package", config("net/http/httputil", "", "", map[string]string{"net/http": empty}), "linux", true},
		{"standard library for the browser", config("os/user", "", "", fmtOnly), "js", true},
		{"vendored by the standard library", config("vendor/golang.org/x/net/idna", "", "", fmtOnly), "linux", true},
		{"nothing modelled", config("example.com/dep", "example.com/dep", "v1.0.0", fmtOnly), "linux", true},
		{"nothing modelled, for the browser", config("example.com/dep", "example.com/dep", "v1.0.0", fmtOnly), "js", false},
		{"modelled", config("example.com/dep", "example.com/dep", "v1.0.0", map[string]string{"net/http": empty}), "linux", false},
		{"facts", config("example.com/dep", "example.com/dep", "v1.0.0", map[string]string{"example.com/sub": facts}), "linux", false},
		{"unreadable facts", config("example.com/dep", "example.com/dep", "v1.0.0", map[string]string{"fmt": "nothere"}), "linux", false},
		{"no imports", config("example.com/dep", "example.com/dep", "v1.0.0", nil), "linux", false},
		{"types not from the compiler", noExport, "linux", false},
		{"main module, asked again later", config("example.com/m", "example.com/m", "", fmtOnly), "linux", false},
		{"main module, test variant", config("example.com/m [example.com/m/x.test]", "example.com/m", "", fmtOnly), "linux", true},
		{"module without a dot in its name", config("m/sub", "m", "", fmtOnly), "linux", false},
		{"findings are wanted", findings, "linux", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.unit.VetxOutput = filepath.Join(t.TempDir(), "unit", "vet.out")
			if err := os.Mkdir(filepath.Dir(test.unit.VetxOutput), 0o777); err != nil {
				t.Fatal(err)
			}
			u := &unit{
				Config:   test.unit,
				getenv:   func(string) string { return test.goos },
				modelled: func(path string) bool { return path == "net/http" },
			}
			if got := u.VetxOnly && u.canSkip(); got != test.want {
				t.Errorf("skipped: %v, want %v", got, test.want)
			}
		})
	}
}

func TestPrepareSkippedUnit(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "vet.out")
	empty := filepath.Join(dir, "empty.vetx")
	if err := (vetx{}).write(empty); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(unitchecker.Config{
		ImportPath: "os", VetxOnly: true, VetxOutput: out,
		ImportMap:   map[string]string{"io": "io"},
		PackageFile: map[string]string{"io": "io.a"},
		PackageVetx: map[string]string{"io": empty},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := filepath.Join(dir, "vet.cfg")
	if err := os.WriteFile(cfg, data, 0o666); err != nil {
		t.Fatal(err)
	}
	_, done, err := prepareUnit(cfg, nil, false, func(string) string { return "" }, func(string) bool { return false })
	if err != nil || !done {
		t.Fatalf("done %v, error %v", done, err)
	}
	if types, facts, err := readVetxLengths(out); types != 0 || facts != 0 || err != nil {
		t.Errorf("wrote %d bytes of types, %d of facts, error %v", types, facts, err)
	}
}

func TestHasInternalTests(t *testing.T) {
	for _, test := range []struct {
		file, text string
		want       bool
	}{
		{"p.go", "package p", false},
		{"p_test.go", "package p", true},
		{"p_test.go", "package p_test", false},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"a.go": "package p", test.file: test.text} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := hasInternalTests(dir); got != test.want {
			t.Errorf("%s %q: %v", test.file, test.text, got)
		}
	}
}

func TestVersionLine(t *testing.T) {
	var a, b strings.Builder
	if err := writeVersion(&a); err != nil {
		t.Fatal(err)
	}
	if err := writeVersion(&b); err != nil {
		t.Fatal(err)
	}
	// The rules of cmd/go's toolID.
	fields := strings.Fields(a.String())
	if len(fields) < 3 || fields[1] != "version" || fields[2] != "devel" || !strings.HasPrefix(fields[len(fields)-1], "buildID=") {
		t.Errorf("cmd/go cannot read %q", a.String())
	}
	if a.String() != b.String() {
		t.Error("two answers differ")
	}
}

func TestIsVet(t *testing.T) {
	for args, want := range map[string]bool{
		"":                         false,
		"./...":                    false,
		"-notes ./...":             false,
		"-flags":                   true,
		"-V=full":                  true,
		"-json -notes /b1/vet.cfg": true,
	} {
		if got := IsVet(strings.Fields(args)); got != want {
			t.Errorf("IsVet(%q) = %v", args, got)
		}
	}
}

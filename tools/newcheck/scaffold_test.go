package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A new check, made in a copy of the repository, compiles; its test fails and
// says why; it passes once the check reports what its fixture says.
func TestScaffold(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the repository")
	}
	root := t.TempDir()
	for _, dir := range []string{"analyzers", "internal", "passes"} {
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS(filepath.Join("..", "..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join("..", "..", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const name = "madeup"
	if err := scaffold(root, name); err != nil {
		t.Fatal(err)
	}
	if err := scaffold(root, name); err == nil {
		t.Error("a second check of the same name is no error")
	}

	// go test compiles the catalogue too, and vets.
	test := func() (string, error) {
		cmd := exec.Command("go", "test", "./analyzers", "./passes/"+name)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := test()
	if err == nil || !strings.Contains(out, "no diagnostic was reported matching `<what the check says>`") {
		t.Fatalf("the test of an empty check: %v, %s", err, out)
	}
	pass := filepath.Join(root, "passes", name, name+".go")
	text, err := os.ReadFile(pass)
	if err != nil {
		t.Fatal(err)
	}
	const report = `if outer := s.Fn.Name(); outer == "bad" {
			pass.Report(check.Finding{Pos: s.Pos(), Message: "<what the check says>"})
		}`
	if err := os.WriteFile(pass, []byte(strings.Replace(string(text), "_ = s\n", report+"\n", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := test(); err != nil {
		t.Errorf("the test of a check that finds what it should: %v, %s", err, out)
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"", "Leak", "body-leak", "body_leak", "../x", "leak1"} {
		if err := scaffold(t.TempDir(), name); err == nil || !strings.Contains(err.Error(), "one lower-case word") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAddToCatalogue(t *testing.T) {
	data, err := os.ReadFile("../../analyzers/analyzers.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"aaa", "keepaliveless", "zzz"} {
		got, err := addToCatalogue(string(data), name)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(got, name); n != 3 {
			t.Errorf("%s is named %d times, want 3", name, n)
		}
		if strings.Index(got, name+".Spec") < strings.Index(got, "return []entry{") {
			t.Errorf("%s is not in the list", name)
		}
		if _, err := addToCatalogue(got, name); err == nil {
			t.Errorf("%s twice is no error", name)
		}
	}
	if _, err := addToCatalogue("package p\n", "aaa"); err == nil {
		t.Error("a catalogue of another form is no error")
	}
}

// A name that could not be compiled, or not be used, is refused with one error,
// and nothing is written.
func TestUsedNames(t *testing.T) {
	for _, name := range []string{"func", "nil", "string", "check", "analysis", "testing", "json", "errors"} {
		if err := scaffold(t.TempDir(), name); err == nil || !strings.Contains(err.Error(), "such as bodyleak") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if use := usedAs("madeup"); use != "" {
		t.Errorf("madeup is %s", use)
	}
}

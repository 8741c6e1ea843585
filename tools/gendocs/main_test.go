package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFresh(t *testing.T) {
	const root = "../.."
	want, err := files(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		have, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || string(have) != text {
			t.Errorf("%s is stale; run go generate ./tools/gendocs", name)
		}
	}
	have, err := pages(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range have {
		if _, ok := want[name]; !ok {
			t.Errorf("%s belongs to no check; run go generate ./tools/gendocs", name)
		}
	}
}

package driver

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

func TestChoose(t *testing.T) {
	main := &packages.Module{Path: "m", Main: true}
	dep := &packages.Module{Path: "d", Version: "v1.0.0"}
	list := []*listedPackage{
		{ImportPath: "fmt", Standard: true, DepOnly: true, Export: "x"},
		{ImportPath: "net/http", Standard: true, DepOnly: true, Export: "x", Imports: []string{"fmt"}},
		{ImportPath: "net/http/httputil", Standard: true, DepOnly: true, Export: "x", Imports: []string{"net/http"}},
		{ImportPath: "d/plain", Module: dep, DepOnly: true, Export: "x", Imports: []string{"fmt"}},
		{ImportPath: "d/http", Module: dep, DepOnly: true, Export: "x", Imports: []string{"net/http"}},
		{ImportPath: "d/wraps", Module: dep, DepOnly: true, Export: "x", Imports: []string{"d/http", "d/plain"}},
		{ImportPath: "d/broken", Module: dep, DepOnly: true, Imports: []string{"fmt"}},
		{ImportPath: "d/usesbroken", Module: dep, DepOnly: true, Export: "x", Imports: []string{"d/broken"}},
		{ImportPath: "d/nothing", Module: dep, DepOnly: true, Error: &listError{Err: "not found"}},
		{ImportPath: "m/sub", Module: main, DepOnly: true, Export: "x", Imports: []string{"fmt", "d/plain"}},
		{ImportPath: "m", Module: main, Export: "x", Imports: []string{"m/sub", "d/wraps", "d/broken"}},
	}
	for _, p := range list {
		if p.Error == nil {
			p.GoFiles = []string{"x.go"}
		}
	}
	for _, test := range []struct {
		name    string
		allDeps bool
		want    string
	}{
		{"native", false, "d/http d/wraps d/broken(types) d/usesbroken(types) m/sub m"},
		{"browser", true, "d/plain d/http d/wraps d/broken d/usesbroken m/sub m"},
	} {
		g := newGraph(list)
		g.choose(func(path string) bool { return path == "net/http" }, test.allDeps)
		var got []string
		for _, n := range g.nodes {
			if n.source {
				name := n.ImportPath
				if n.typesOnly {
					name += "(types)"
				}
				got = append(got, name)
			}
		}
		if want := strings.Fields(test.want); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", test.name, got, want)
		}
	}
}

func TestImportCycle(t *testing.T) {
	g := newGraph([]*listedPackage{
		{ImportPath: "a", Imports: []string{"b"}},
		{ImportPath: "b", Imports: []string{"a"}},
	})
	if len(g.byPath["a"].imports) != 0 || len(g.byPath["b"].imports) != 1 {
		t.Error("a cycle is not cut")
	}
}

package driver

// A node is one package of the import graph.
type node struct {
	*listedPackage
	imports []*node // in the order of listedPackage.Imports, without unsafe and unknown ones
	matched bool    // findings in it are wanted
	source  bool    // it is read from source, not from export data
}

// A graph is the import graph of one platform, dependencies first.
type graph struct {
	nodes  []*node
	byPath map[string]*node
}

// newGraph connects what go list printed.
func newGraph(list []*listedPackage) *graph {
	g := &graph{byPath: make(map[string]*node, len(list))}
	for _, p := range list {
		n := &node{listedPackage: p, matched: !p.DepOnly}
		g.nodes = append(g.nodes, n)
		g.byPath[p.ImportPath] = n
	}
	for _, n := range g.nodes {
		for _, path := range n.Imports {
			if dep := g.byPath[path]; dep != nil && path != "unsafe" {
				n.imports = append(n.imports, dep)
			}
		}
	}
	return g
}

// choose marks the packages to read from source: those that findings are
// wanted in or that may have a fact. matters reports whether importing a
// package may give one.
//
// A package that imports a marked one is marked too. So export data never
// names a type of a package that is read from source, and each type exists once.
func (g *graph) choose(matters func(importPath string) bool, allDeps bool) {
	for _, n := range g.nodes {
		n.source = n.ImportPath != "unsafe" && g.needsSource(n, matters, allDeps)
	}
}

func (g *graph) needsSource(n *node, matters func(string) bool, allDeps bool) bool {
	if n.matched || n.Export == "" {
		return true
	}
	for _, dep := range n.imports {
		if dep.source {
			return true
		}
	}
	if n.Standard {
		return false
	}
	if allDeps || n.Module != nil && n.Module.Main {
		return true
	}
	for _, dep := range n.imports {
		if matters(dep.ImportPath) {
			return true
		}
	}
	return false
}

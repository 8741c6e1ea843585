package driver

// A node is one package of the import graph.
type node struct {
	*listedPackage
	files     []string // absolute names of the source files
	plainCgo  bool     // the files still import "C"
	imports   map[string]*node
	wanted    bool // findings in it are wanted
	elsewhere bool // another platform's graph answers for it
	source    bool // it is read from source, not from export data
	typesOnly bool // of its source only the declarations are read
}

// own reports whether the package belongs to the code that the user works on.
func (n *node) own() bool {
	return !n.elsewhere && (n.wanted || n.Module != nil && n.Module.Main)
}

// editable reports whether the package's files are the user's to change.
func (n *node) editable() bool {
	return n.own() && !n.Standard && (n.Module == nil || n.Module.Main)
}

// A graph is the import graph of one platform.
type graph struct {
	nodes  []*node // dependencies first
	byPath map[string]*node
}

// newGraph connects what go list printed.
func newGraph(list []*listedPackage) *graph {
	g := &graph{byPath: make(map[string]*node, len(list))}
	for _, p := range list {
		if p.testMain() {
			continue
		}
		n := &node{listedPackage: p, wanted: !p.DepOnly, imports: make(map[string]*node)}
		n.files, n.plainCgo = p.sources()
		for _, path := range n.Imports {
			// Dependencies are listed first. One that is not closes a cycle.
			if dep := g.byPath[path]; dep != nil && path != "unsafe" {
				n.imports[path] = dep
			}
		}
		g.nodes = append(g.nodes, n)
		g.byPath[p.ImportPath] = n
	}
	return g
}

// choose marks the packages to read from source: those that findings are
// wanted in or that may have a fact. matters reports whether importing a
// package may give one; allDeps, whether any package outside the standard
// library may have one. Of packages without export data the declarations are
// read.
//
// A package that imports a marked one is marked too. So export data never
// names a type of a package that is read from source, and each type exists once.
func (g *graph) choose(matters func(importPath string) bool, allDeps bool) {
	for _, n := range g.nodes {
		if len(n.files) == 0 || n.ImportPath == "unsafe" {
			continue
		}
		analysed := n.mayHaveFacts(matters, allDeps)
		n.source = analysed || n.Export == "" || n.importsAny(func(dep *node) bool { return dep.source })
		n.typesOnly = n.source && !analysed
	}
}

// mayHaveFacts reports whether there is something to analyse in the package.
// It errs on the side of yes.
func (n *node) mayHaveFacts(matters func(string) bool, allDeps bool) bool {
	switch {
	case n.own():
		return true
	case n.Standard:
		return false // known libraries come from tables
	case allDeps:
		return true
	}
	return n.importsAny(func(dep *node) bool {
		return matters(dep.path()) || dep.source && !dep.typesOnly
	})
}

func (n *node) importsAny(is func(dep *node) bool) bool {
	for _, dep := range n.imports {
		if is(dep) {
			return true
		}
	}
	return false
}

// dependsOn returns the nodes for which start reports true, and all that
// import them, directly or not.
func (g *graph) dependsOn(start func(*node) bool) map[*node]bool {
	set := make(map[*node]bool)
	for _, n := range g.nodes {
		if start(n) || n.importsAny(func(dep *node) bool { return set[dep] }) {
			set[n] = true
		}
	}
	return set
}

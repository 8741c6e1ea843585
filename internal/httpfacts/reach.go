package httpfacts

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/library"
)

// The facts below say which credentials a program that a browser loads can
// reach. The graph exists in builds for GOOS=js only.
//
// A package's ReachFact is a graph of what leads to a credential, in its own
// code and in the packages that it imports: package facts of indirect imports
// do not arrive. The main package puts the graphs together and searches them.

const reachVersion = 2

// A ReachFact is a package's part of the graph, and that of its imports.
type ReachFact struct {
	Version int
	// OnlyJS says that the package builds for no other platform.
	OnlyJS bool
	// Runtime is where a program that imports the package runs: browser,
	// worker, or "" where it does not tell.
	Runtime string
	// JSPackages are the packages that use syscall/js: module, blank, path.
	JSPackages []string
	// Asserted are the methods of interfaces that values are asserted to have.
	Asserted []string
	Nodes    []ReachNode
	Secrets  []ReachSecret
	// Active are the IDs of secrets that are used as one though they do not
	// look it, with the use.
	Active []ReachUse
}

// A ReachNode is a function, a package-level variable, the initialisation of a
// package, or its import.
type ReachNode struct {
	Key   string
	Edges []ReachEdge
}

// A ReachEdge leads to a node or to a secret.
type ReachEdge struct {
	To string
	At string // package path, file and line
	// Method is the name of the method that is only called if some interface
	// has it; empty for certain.
	Method string
	pos    token.Pos // in the package under analysis
}

// A ReachSecret is a hard-coded credential. Its value stays where it is.
type ReachSecret struct {
	ID     string
	Kind   string // "Stripe secret key"; "" for a value that does not look like one
	Name   string // "const keys.Stripe"
	Hint   string // the start of what all values of the kind start with
	At     string
	Module string // "" where it is not known
	Use    string // what makes it a credential, where it does not look like one
	pos    token.Pos
	end    token.Pos
}

// A ReachUse says that a value is used as a credential.
type ReachUse struct{ ID, Use string }

func (*ReachFact) AFact()           {}
func (f *ReachFact) String() string { return "reach" }

// A SinkFact is on a function whose parameters become credentials of requests,
// and on a field, a variable or the result of an interface's method that does
// (Use is set).
type SinkFact struct {
	Version int
	Use     string
	Keys    []string // the element of a map that is meant
	Params  []SinkParam
	Pairs   []SinkPair
}

// A SinkPair is two parameters that become a header's name and value.
type SinkPair struct{ Name, Value int }

// A SinkParam is a parameter that becomes a credential.
type SinkParam struct {
	Index int
	Use   string
	Keys  []string // the element of a map that is meant
}

func (*SinkFact) AFact()           {}
func (f *SinkFact) String() string { return "sink" }

// An OriginFact is on a function, field or variable whose value can be one of
// these constants. Of a map, IDs are the values and Elements those behind keys
// that are known.
type OriginFact struct {
	Version  int
	IDs      []string
	Elements []OriginElement
}

// An OriginElement is what one key of a map leads to.
type OriginElement struct {
	Key string
	IDs []string
}

func (*OriginFact) AFact()           {}
func (f *OriginFact) String() string { return "origin" }

// An EmbedFact is on a variable that holds embedded files with credentials.
type EmbedFact struct {
	Version int
	Secrets []EmbedSecret
}

// An EmbedSecret is a credential in an embedded file.
type EmbedSecret struct {
	File string // relative to the package's folder
	Line int
	Kind string
	Hint string // the start of what all values of the kind start with
}

func (*EmbedFact) AFact()           {}
func (f *EmbedFact) String() string { return "embed" }

// reachFactTypes are the types of facts of this file.
func reachFactTypes() []analysis.Fact {
	return []analysis.Fact{new(ReachFact), new(SinkFact), new(OriginFact), new(EmbedFact)}
}

// The bounds keep facts small on programs that nobody wrote by hand.
const (
	maxReachNodes     = 4000
	maxReachPotential = 300
	maxOrigins        = 8
)

// A BrowserSecret is a credential that a browser program can reach.
type BrowserSecret struct {
	ReachSecret
	// Pos is the place in this package that leads there, or the secret itself.
	Pos, End token.Pos
	Path     []ReachStep
}

// A ReachStep is one reference on the way from main to a secret.
type ReachStep struct {
	From, To string
	At       string
	Pos      token.Pos // NoPos in other packages
}

// A ServedSecret is a credential in an embedded file or a page that the package
// hands to any browser that asks.
type ServedSecret struct {
	EmbedSecret
	Pos, End token.Pos
	Var      token.Pos // the variable that holds the file, or the use in a page
	Page     bool      // it is a constant, File its name ("" for a literal)
	Const    token.Pos // where that is declared
	At       string    // where the value is: package path, file and line
}

// collectReach exports the facts about credentials in what browsers load and
// keeps what the package's own check wants to know.
func collectReach(pass *analysis.Pass, res *Result, files []*ast.File) {
	if len(pass.Files) == 0 || isStandard(pass) {
		return
	}
	embeds := embeddedFiles(pass, files)
	for _, e := range embeds {
		e.export(pass)
	}
	res.served = servedSecrets(pass, files, embeds)
	if !pass.ResultOf[config.Analyzer].(*config.Config).Browser {
		collectHardcoded(pass, res, files)
		return
	}
	r := newReach(pass, files, embeds)
	r.importFacts()
	r.collect()
	r.trace()
	r.addConversions()
	fact := r.fact()
	pass.ExportPackageFact(fact)
	res.pages = r.pageFiles()
	if pass.Pkg.Name() == "main" && r.runsInBrowser() {
		res.browser = r.search(fact)
	}
}

// BrowserSecrets returns the credentials that a browser program's main package
// can reach, itself or through its imports.
func (r *Result) BrowserSecrets() []BrowserSecret { return r.browser }

// ServedSecrets returns the credentials in embedded files that the package
// serves.
func (r *Result) ServedSecrets() []ServedSecret { return r.served }

// InBrowser reports whether the code at pos runs in browsers: it is part of a
// browser program's main package, or of a file that is for js alone and not for
// a server that runs it.
func (r *Result) InBrowser(pos token.Pos) bool {
	return slices.ContainsFunc(r.pages, func(f *ast.File) bool { return f.FileStart <= pos && pos <= f.FileEnd })
}

// pageFiles returns the files of the package whose code runs in browsers.
func (r *reach) pageFiles() []*ast.File {
	switch {
	case r.runtime == "worker":
		return nil
	case r.pass.Pkg.Name() == "main":
		if r.runsInBrowser() {
			return r.pass.Files
		}
		return nil
	}
	var list []*ast.File
	for _, f := range r.pass.Files {
		js := !builtNatively(r.pass, f)
		for _, spec := range f.Imports {
			js = js || importedPath(r.pass, spec) == "syscall/js"
		}
		if js {
			list = append(list, f)
		}
	}
	return list
}

// A reach builds the graph of one package.
type reach struct {
	pass   *analysis.Pass
	files  []*ast.File // those of the package that count
	module string
	// local says that the package belongs to the main module, as far as can be
	// known: only there are values credentials that do not look like one.
	local   bool
	embeds  []*embedded
	known   map[string]*ReachNode // of imported packages
	nodes   map[string]*ReachNode // of this package
	secrets map[string]*ReachSecret
	active  map[string]string // ID of a secret to its use
	assert  map[string]bool
	onlyJS  bool
	runtime string
	jsPkgs  map[string]bool
	texts   []string // string constants of the package, for shapes that need company
	flow    *flow
	// conversions are those of values to interfaces, each at one place.
	conversions []conversionAt
	converted   map[conversion]bool
	tags        map[*types.Var]string       // names of fields in JSON; nil until asked for
	sunk        map[string]*HardcodedSecret // by ID; nil where that is not asked for
}

func newReach(pass *analysis.Pass, files []*ast.File, embeds []*embedded) *reach {
	r := &reach{
		pass: pass, files: files, embeds: embeds, local: true,
		known: map[string]*ReachNode{}, nodes: map[string]*ReachNode{}, secrets: map[string]*ReachSecret{},
		active: map[string]string{}, assert: map[string]bool{}, jsPkgs: map[string]bool{}, converted: map[conversion]bool{},
	}
	if pass.Module != nil {
		r.module = pass.Module.Path
		r.local = pass.Module.Version == ""
	}
	r.flow = newFlow(r)
	return r
}

// importFacts takes over what the imported packages know.
func (r *reach) importFacts() {
	path := r.pass.Pkg.Path()
	self := r.node(importKey(path))
	self.add(ReachEdge{To: initKey(path)})
	seen := map[string]bool{}
	for _, f := range r.pass.Files {
		native := builtNatively(r.pass, f)
		if !native && r.pass.Pkg.Name() == "main" {
			r.jsPkgs[r.module+" "+path] = true
		}
		for _, spec := range f.Imports {
			name := importedPath(r.pass, spec)
			if name == "syscall/js" {
				r.jsPkgs[r.module+" "+path] = true
				r.onlyJS = r.onlyJS || native
			}
			self.add(ReachEdge{To: importKey(name), At: r.at(spec.Pos()), pos: spec.Pos()})
			r.noteRuntime(library.RuntimeOf(name))
			var fact ReachFact
			imp := importOf(r.pass.Pkg, name)
			if imp == nil || !r.pass.ImportPackageFact(imp, &fact) || fact.Version != reachVersion {
				continue
			}
			r.onlyJS = r.onlyJS || native && fact.OnlyJS
			if seen[name] {
				continue
			}
			seen[name] = true
			r.takeOver(&fact)
		}
	}
	r.noteRuntime(library.RuntimeOf(path))
	if !r.onlyJS {
		r.onlyJS = hasNoNativeFile(r.pass)
	}
}

func (r *reach) takeOver(fact *ReachFact) {
	r.noteRuntime(fact.Runtime)
	for _, p := range fact.JSPackages {
		r.jsPkgs[p] = true
	}
	for _, name := range fact.Asserted {
		r.assert[name] = true
	}
	// Positions of other packages mean nothing here, though a driver that keeps
	// facts in memory hands them over.
	for _, n := range fact.Nodes {
		known := &ReachNode{Key: n.Key, Edges: slices.Clone(n.Edges)}
		for i := range known.Edges {
			known.Edges[i].pos = token.NoPos
		}
		r.known[n.Key] = known
	}
	for _, s := range fact.Secrets {
		if r.secrets[s.ID] == nil {
			s.pos, s.end = token.NoPos, token.NoPos
			r.secrets[s.ID] = &s
		}
	}
	for _, a := range fact.Active {
		r.active[a.ID] = a.Use
	}
}

// noteRuntime keeps the most telling of several answers: a program that
// imports a worker's package runs there whatever else it imports.
func (r *reach) noteRuntime(runtime string) {
	if runtime == "worker" || r.runtime == "" {
		r.runtime = runtime
	}
}

// runsInBrowser reports whether the main package is a program for browsers. A
// program that merely builds for js, as most do, is none.
func (r *reach) runsInBrowser() bool {
	switch r.runtime {
	case "worker":
		return false
	case "browser":
		return true
	}
	if r.onlyJS {
		return true
	}
	for p := range r.jsPkgs {
		module, path, _ := strings.Cut(p, " ")
		if module != "" && module == r.module || path == r.pass.Pkg.Path() || module == "" && sameRoot(path, r.pass.Pkg.Path()) {
			return true
		}
	}
	return false
}

// sameRoot reports whether two import paths have the same first element, for
// packages outside modules.
func sameRoot(a, b string) bool {
	a, _, _ = strings.Cut(a, "/")
	b, _, _ = strings.Cut(b, "/")
	return a == b
}

func (r *reach) node(key string) *ReachNode {
	n := r.nodes[key]
	if n == nil {
		n = &ReachNode{Key: key}
		r.nodes[key] = n
	}
	return n
}

func (n *ReachNode) add(e ReachEdge) {
	for _, old := range n.Edges {
		if old.To == e.To && old.Method == e.Method {
			return
		}
	}
	n.Edges = append(n.Edges, e)
}

// fact is the graph without what leads nowhere.
func (r *reach) fact() *ReachFact {
	f := &ReachFact{Version: reachVersion, OnlyJS: r.onlyJS, Runtime: r.runtime}
	f.JSPackages = slices.Sorted(maps.Keys(r.jsPkgs))
	f.Asserted = slices.Sorted(maps.Keys(r.assert))
	all := maps.Clone(r.known)
	maps.Copy(all, r.nodes)
	leads := r.leadsToSecret(all)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !leads[key] || len(f.Nodes) >= maxReachNodes {
			continue
		}
		n := ReachNode{Key: key}
		for _, e := range all[key].Edges {
			if leads[e.To] {
				n.Edges = append(n.Edges, e)
			}
		}
		f.Nodes = append(f.Nodes, n)
	}
	for _, id := range slices.Sorted(maps.Keys(r.secrets)) {
		f.Secrets = append(f.Secrets, *r.secrets[id])
	}
	for _, id := range slices.Sorted(maps.Keys(r.active)) {
		f.Active = append(f.Active, ReachUse{id, r.active[id]})
	}
	return f
}

// leadsToSecret returns the keys of the nodes from which a secret can be
// reached, and of the secrets.
func (r *reach) leadsToSecret(all map[string]*ReachNode) map[string]bool {
	from := map[string][]string{}
	for key, n := range all {
		for _, e := range n.Edges {
			from[e.To] = append(from[e.To], key)
		}
	}
	leads := map[string]bool{}
	var work []string
	for id := range r.secrets {
		leads[id] = true
		work = append(work, id)
	}
	for len(work) > 0 {
		key := work[len(work)-1]
		work = work[:len(work)-1]
		for _, k := range from[key] {
			if !leads[k] {
				leads[k] = true
				work = append(work, k)
			}
		}
	}
	return leads
}

// search walks the graph from main and returns the secrets that it meets, each
// with a shortest path.
func (r *reach) search(fact *ReachFact) []BrowserSecret {
	nodes := map[string]*ReachNode{}
	for i := range fact.Nodes {
		nodes[fact.Nodes[i].Key] = &fact.Nodes[i]
	}
	type arrival struct {
		from string
		edge *ReachEdge
	}
	path := r.pass.Pkg.Path()
	work := []string{path + ".main", initKey(path), importKey(path)}
	came := map[string]arrival{}
	for _, root := range work {
		came[root] = arrival{}
	}
	var met []string
	for len(work) > 0 {
		key := work[0]
		work = work[1:]
		if r.secrets[key] != nil {
			met = append(met, key)
			continue
		}
		n := nodes[key]
		if n == nil {
			continue
		}
		for i := range n.Edges {
			e := &n.Edges[i]
			if _, ok := came[e.To]; ok || e.Method != "" && !r.assert[e.Method] {
				continue
			}
			came[e.To] = arrival{key, e}
			work = append(work, e.To)
		}
	}
	var list []BrowserSecret
	for _, id := range met {
		s := BrowserSecret{ReachSecret: *r.secrets[id]}
		if s.Kind == "" {
			use, ok := r.active[id]
			if !ok {
				continue // a constant like any other
			}
			s.Use = use
		}
		if s.Use != "" && s.Module != "" && r.module != "" && s.Module != r.module {
			continue // not this program's own, and only its use speaks against it
		}
		for key := id; came[key].edge != nil; key = came[key].from {
			a := came[key]
			s.Path = append(s.Path, ReachStep{From: a.from, To: key, At: a.edge.At, Pos: a.edge.pos})
		}
		slices.Reverse(s.Path)
		s.Pos, s.End = s.ReachSecret.pos, s.ReachSecret.end
		for _, step := range s.Path {
			if step.Pos.IsValid() && !s.ReachSecret.pos.IsValid() {
				s.Pos, s.End = step.Pos, token.NoPos
			}
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b BrowserSecret) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// DisplayKey is a node's key or a secret's name as a reader would write it.
func (s *BrowserSecret) DisplayKey(key string) string {
	if key == s.ID {
		if s.Name != "" {
			return s.Name
		}
		return "a literal"
	}
	if path, ok := strings.CutPrefix(key, "import "); ok {
		return "package " + lastElement(path)
	}
	return lastElement(key)
}

func lastElement(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func initKey(path string) string   { return path + ".init" }
func importKey(path string) string { return "import " + path }

// at writes a position so that it can be printed in any package.
func (r *reach) at(pos token.Pos) string { return placeIn(r.pass, r.pass.Pkg.Path(), pos) }

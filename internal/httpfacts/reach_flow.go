package httpfacts

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"
)

// A flow follows strings through one package without regard to order: what may
// be assigned to a variable, field, parameter or result. That is enough to tell
// which constants end as a credential.
type flow struct {
	r         *reach
	constants []source
	makes     []source            // calls and sums that may make a text of constants
	made      map[ast.Expr]string // what they make
	names     map[ast.Expr]string // what a constant is assigned to
	assigns   map[types.Object][]source
	entries   map[types.Object][]entry        // m["key"] = …
	aliases   map[types.Object][]types.Object // variables that hold the same map
	uses      map[types.Object][]source       // calls of function values
	results   map[*types.Func]map[int][]source
	byName    map[string][]*types.Func // the functions of results, by their name
	literals  map[types.Object][]*ast.FuncLit
	params    map[*types.Var]param
	sinks     []sink
	pairs     map[*types.Func][]SinkPair // of functions of the package
	calls     []funcCall                 // of functions that may have pairs
	turns     []turn
}

// A funcCall is a call of a function of the package.
type funcCall struct {
	fn   *types.Func
	call *ast.CallExpr
	own  *owner
}

// A turn is a conversion to an interface, seen from one method.
type turn struct {
	method, impl *types.Func
	own          *owner
}

// A spot is a source without its owner, to mark what was seen.
type spot struct {
	expr ast.Expr
	idx  int
	keys string
}

// A source is an expression, with the index of the result that is meant where
// it is a call, and the keys that lead to the element that is meant where it is
// a map.
type source struct {
	expr ast.Expr
	idx  int
	own  *owner
	keys []string
}

func (s source) spot() spot { return spot{s.expr, s.idx, strings.Join(s.keys, "\x00")} }

// yields returns a function that yields a part of s that holds the same element.
func (s source) yields(yield func(leaf)) func(x ast.Expr) {
	return func(x ast.Expr) { yield(leaf{next: &source{expr: x, own: s.own, keys: s.keys}}) }
}

type param struct {
	fn  *types.Func
	idx int
}

// A sink is a place where a value is used as a credential.
type sink struct {
	source
	use  string
	kind sinkKind
}

type sinkKind int

const (
	sinkHeader sinkKind = iota
	sinkQuery
	sinkField
	sinkKey
)

func newFlow(r *reach) *flow {
	return &flow{
		r: r, names: map[ast.Expr]string{}, made: map[ast.Expr]string{}, assigns: map[types.Object][]source{}, entries: map[types.Object][]entry{},
		aliases: map[types.Object][]types.Object{}, uses: map[types.Object][]source{},
		results: map[*types.Func]map[int][]source{}, literals: map[types.Object][]*ast.FuncLit{}, params: map[*types.Var]param{},
		pairs: map[*types.Func][]SinkPair{},
	}
}

func (f *flow) info() *types.Info { return f.r.pass.TypesInfo }

func (f *flow) declare(fn *types.Func, d *ast.FuncDecl) {
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		f.params[sig.Params().At(i)] = param{fn, i}
	}
	if sig.Recv() != nil {
		f.params[sig.Recv()] = param{fn, -1}
	}
}

func (f *flow) sink(s source, use string, kind sinkKind) {
	f.sinks = append(f.sinks, sink{s, use, kind})
}

func (f *flow) resolve() {
	f.byName = map[string][]*types.Func{}
	for _, fn := range sortedObjects(f.results) {
		f.byName[fn.Name()] = append(f.byName[fn.Name()], fn)
	}
	for _, obj := range sortedObjects(f.literals) {
		for _, s := range f.uses[obj] {
			for _, lit := range f.literals[obj] {
				f.bindLiteral(lit, s.expr.(*ast.CallExpr), s.own)
			}
		}
	}
	f.findAliases()
	// A wrapper of a wrapper has a pair because of its callee.
	for range 3 {
		n := len(f.pairs)
		for _, c := range f.calls {
			if pairs := f.pairs[c.fn]; pairs != nil {
				f.pairsOf(c, pairs)
			}
		}
		if len(f.pairs) == n {
			break
		}
	}
	// What an interface's method returns is a credential elsewhere.
	for _, t := range f.turns {
		var fact SinkFact
		if t.method.Pkg() == f.r.pass.Pkg || !f.r.pass.ImportObjectFact(t.method, &fact) || fact.Version != reachVersion || fact.Use == "" {
			continue
		}
		f.sinkResults(t.impl, sink{use: fact.Use, kind: sinkField}, t.own)
	}
}

// sinkResults says that what a method returns is used as a credential.
func (f *flow) sinkResults(fn *types.Func, s sink, own *owner) {
	if fn.Pkg() == f.r.pass.Pkg {
		for _, r := range f.results[fn][0] {
			f.sink(r, s.use, s.kind)
		}
		return
	}
	f.r.activate(fn, nil, s)
}

// trace follows every sink back to its constants, and exports what ends in
// parameters, fields and variables that other packages can set or read.
func (r *reach) trace() {
	f := r.flow
	f.resolve()
	carried := map[types.Object]sink{}
	type place struct {
		element
		kind sinkKind
	}
	seen := map[place]bool{}
	type item struct {
		source
		sink sink
	}
	var work []item
	for _, s := range f.sinks {
		work = append(work, item{s.source, s})
	}
	// What is a credential for one kind of sink may be none for another.
	type visit struct {
		spot
		kind sinkKind
	}
	done := map[visit]bool{}
	for len(work) > 0 {
		it := work[len(work)-1]
		work = work[:len(work)-1]
		at := visit{it.spot(), it.sink.kind}
		if done[at] {
			continue
		}
		done[at] = true
		f.step(it.source, func(l leaf) {
			switch {
			case l.constant:
				r.candidate(l.source, it.sink)
			case l.next != nil:
				work = append(work, item{*l.next, it.sink})
			case l.embed != nil:
				r.embedCandidate(l.embed, it.sink)
			case l.obj != nil:
				r.activate(l.obj, l.keys, it.sink)
				at := place{element{l.obj, l.spot().keys}, it.sink.kind}
				if seen[at] {
					return
				}
				seen[at] = true
				if old, ok := carried[l.obj]; ok {
					old.keys = eitherKey(old.keys, l.keys)
					carried[l.obj] = old
				} else {
					s := it.sink
					s.keys = l.keys
					carried[l.obj] = s
				}
				for _, s := range r.settingsFor(l.obj) {
					r.active[s.ID] = it.sink.use
				}
				for _, t := range f.turns {
					if t.method != l.obj {
						continue
					}
					if t.impl.Pkg() != r.pass.Pkg {
						r.activate(t.impl, l.keys, it.sink)
					}
					for _, s := range f.results[t.impl][0] {
						work = append(work, item{s.element(l.keys), it.sink})
					}
				}
				for _, s := range f.values(l.obj, l.keys) {
					work = append(work, item{s, it.sink})
				}
			}
		})
	}
	r.exportSinks(carried)
	r.exportOrigins()
}

// activate says that what an object of another package holds is used as a
// credential.
func (r *reach) activate(obj types.Object, keys []string, s sink) {
	if !r.local {
		return
	}
	for _, id := range r.originsOf(obj, keys) {
		if _, ok := r.active[id]; !ok {
			r.active[id] = s.use
		}
		if s.expr != nil {
			r.sink(id, s.use, s.expr.Pos())
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

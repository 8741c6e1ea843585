package httpfacts

import (
	"encoding/base64"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A flow follows strings through one package without regard to order: what may
// be assigned to a variable, field, parameter or result. That is enough to tell
// which constants end as a credential.
type flow struct {
	r         *reach
	constants []source
	names     map[ast.Expr]string // what a constant is assigned to
	assigns   map[types.Object][]source
	entries   map[types.Object][]entry        // m["key"] = …
	aliases   map[types.Object][]types.Object // variables that hold the same map
	uses      map[types.Object][]source       // calls of function values
	results   map[*types.Func]map[int][]source
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
		r: r, names: map[ast.Expr]string{}, assigns: map[types.Object][]source{}, entries: map[types.Object][]entry{},
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

// statement notes what statements assign.
func (f *flow) statement(n ast.Node, own *owner) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, lhs := range n.Lhs {
			switch {
			case len(n.Lhs) == len(n.Rhs):
				f.assign(lhs, source{expr: n.Rhs[i], own: own})
			case len(n.Rhs) == 1:
				f.assign(lhs, source{expr: n.Rhs[0], idx: i, own: own})
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			switch {
			case len(n.Names) == len(n.Values):
				f.assign(name, source{expr: n.Values[i], own: own})
			case len(n.Values) == 1:
				f.assign(name, source{expr: n.Values[0], idx: i, own: own})
			}
		}
	case *ast.ReturnStmt:
		f.returns(n, own)
	case *ast.RangeStmt:
		if n.Value != nil {
			f.assign(n.Value, source{expr: n.X, own: own, keys: f.keysOf(n.X, nil)})
		}
	case *ast.SendStmt:
		f.assign(n.Chan, source{expr: n.Value, own: own})
	}
}

func (f *flow) returns(n *ast.ReturnStmt, own *owner) {
	if own.fn == nil {
		return
	}
	m := f.results[own.fn]
	if m == nil {
		m = map[int][]source{}
		f.results[own.fn] = m
	}
	if len(n.Results) == 1 && own.results.Len() > 1 {
		for i := range own.results.Len() {
			m[i] = append(m[i], source{expr: n.Results[0], idx: i, own: own})
		}
		return
	}
	for i, e := range n.Results {
		m[i] = append(m[i], source{expr: e, own: own})
	}
}

func (f *flow) assign(lhs ast.Expr, s source) {
	switch lhs := ast.Unparen(lhs).(type) {
	case *ast.Ident:
		obj := f.info().ObjectOf(lhs)
		if obj == nil || lhs.Name == "_" {
			return
		}
		f.store(obj, s)
	case *ast.SelectorExpr:
		obj := f.info().Uses[lhs.Sel]
		if v, ok := obj.(*types.Var); ok {
			f.storeField(v, s)
		}
	case *ast.IndexExpr:
		f.storeElement(lhs, s)
	case *ast.StarExpr:
		if obj := f.objectOf(lhs.X); obj != nil {
			f.store(obj, s)
		}
	}
}

// objectOf returns the variable or field that an expression denotes.
func (f *flow) objectOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := f.info().ObjectOf(e).(*types.Var)
		if v == nil {
			return nil
		}
		return v
	case *ast.SelectorExpr:
		v, _ := f.info().Uses[e.Sel].(*types.Var)
		if v == nil {
			return nil
		}
		return v.Origin()
	}
	return nil
}

func (f *flow) store(obj types.Object, s source) {
	f.assigns[obj] = append(f.assigns[obj], s)
	if lit, ok := ast.Unparen(s.expr).(*ast.FuncLit); ok {
		f.literals[obj] = append(f.literals[obj], lit)
	}
	if f.names[s.expr] == "" {
		f.names[s.expr] = obj.Name()
	}
	if obj.Pkg() == f.r.pass.Pkg || obj.Pkg() == nil {
		return
	}
	var fact SinkFact
	if f.r.pass.ImportObjectFact(obj, &fact) && fact.Version == reachVersion && fact.Use != "" {
		f.sink(s.element(fact.Keys), fact.Use, sinkField)
	}
}

// storeField notes what a field is set to. Fields of a request's body and
// settings that libraries describe are credentials by themselves.
func (f *flow) storeField(v *types.Var, s source) {
	v = v.Origin()
	f.store(v, s)
}

// structField handles one element of a struct literal or an assignment to a
// field whose struct is known.
func (f *flow) structField(t types.Type, st *types.Struct, v *types.Var, s source) {
	f.storeField(v, s)
	if lib := library.TypeOf(t); lib != nil {
		switch lib.Fields[v.Name()] {
		case "secret", "access-token", "refresh-token":
			f.sink(s, "field "+v.Name(), sinkKey)
			return
		}
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() != v.Name() {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(st.Tag(i)).Get("json"), ",")
		if provider.IsCredentialField(name) {
			f.sink(s, "member "+name, sinkField)
		}
	}
}

// named handles a value that goes into a map under a constant key.
func (f *flow) named(key string, s source) {
	if f.names[s.expr] == "" {
		f.names[s.expr] = key[strings.LastIndexAny(key, "./:")+1:] // of stripe.secret, or of a host
	}
	switch {
	case provider.IsCredentialHeader(key):
		kind := sinkHeader
		if !strings.Contains(key, "-") && !strings.EqualFold(key, "authorization") {
			kind = sinkField // it may be a form's field as well
		}
		f.sink(s, "header "+key, kind)
	case provider.IsCredentialField(key):
		f.sink(s, "member "+key, sinkField)
	}
}

func (f *flow) sink(s source, use string, kind sinkKind) {
	f.sinks = append(f.sinks, sink{s, use, kind})
}

// composite notes what a composite literal sets.
func (f *flow) composite(lit *ast.CompositeLit, own *owner) {
	t := f.info().TypeOf(lit)
	u := coreOf(t)
	if p, ok := u.(*types.Pointer); ok {
		t, u = p.Elem(), coreOf(p.Elem())
	}
	switch u := u.(type) {
	case *types.Struct:
		for i, e := range lit.Elts {
			kv, _ := e.(*ast.KeyValueExpr)
			v := fieldOf(f.info(), u, kv, i)
			if v == nil {
				continue
			}
			if kv != nil {
				e = kv.Value
			}
			f.structField(t, u, v, source{expr: e, own: own})
		}
	case *types.Map:
		for _, e := range lit.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			if key, ok := f.stringOf(kv.Key); ok {
				f.named(key, source{expr: kv.Value, own: own})
			}
		}
	}
}

func (f *flow) stringOf(e ast.Expr) (string, bool) {
	tv := f.info().Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}

// call notes what a call does with its arguments.
func (f *flow) call(call *ast.CallExpr, own *owner) {
	if f.info().Types[call.Fun].IsType() {
		return
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		f.bindLiteral(lit, call, own)
		return
	}
	switch callee := typeutil.Callee(f.info(), call).(type) {
	case *types.Var:
		// Which literals the variable holds is known when all is collected.
		f.uses[callee.Origin()] = append(f.uses[callee.Origin()], source{expr: call, own: own})
	case *types.Func:
		f.callFunc(callee.Origin(), call, own)
	}
}

func (f *flow) callFunc(fn *types.Func, call *ast.CallExpr, own *owner) {
	f.callLibrary(library.FuncOf(fn), fn, call, own)
	if fn.Pkg() == f.r.pass.Pkg {
		f.calls = append(f.calls, funcCall{fn, call, own})
		f.bind(fn, call, own)
		return
	}
	var fact SinkFact
	if !f.r.pass.ImportObjectFact(fn, &fact) || fact.Version != reachVersion {
		return
	}
	f.pairsOf(funcCall{fn, call, own}, fact.Pairs)
	for _, p := range fact.Params {
		for _, e := range f.args(fn.Signature(), call, p.Index) {
			f.sink(source{expr: e, own: own, keys: p.Keys}, p.Use, sinkField)
		}
	}
}

func (f *flow) callLibrary(lib *library.Func, fn *types.Func, call *ast.CallExpr, own *owner) {
	if lib == nil {
		if f.isServerGlobal(fn, call) {
			f.r.noteRuntime("worker")
		}
		return
	}
	if h := lib.SetHeader; h != nil && h.Value != nil {
		name := h.Fixed
		if name == "" && h.Name != nil {
			if e := argAt(call, int(*h.Name)); e != nil {
				name, _ = f.stringOf(e)
				f.notePair(e, argAt(call, int(*h.Value)))
			}
		}
		if e := argAt(call, int(*h.Value)); e != nil && f.names[e] == "" {
			f.names[e] = name
		}
		if provider.IsCredentialHeader(name) {
			for _, e := range f.args(fn.Signature(), call, int(*h.Value)) {
				f.sink(source{expr: e, own: own}, "header "+name, sinkHeader)
			}
		}
	}
	if lib.AddsText != nil {
		to, text := argAt(call, int(library.Recv)), argAt(call, int(*lib.AddsText))
		if obj := f.objectOf(to); obj != nil && text != nil {
			f.store(obj, source{expr: text, own: own})
		}
	}
	if n := len(lib.Text); n > 0 && lib.Text[0] > 0 && int(lib.Text[0]) <= len(call.Args) {
		if format, ok := f.stringOf(call.Args[lib.Text[0]-1]); ok {
			f.formatted(format, call.Args[lib.Text[0]:], own)
		}
	}
	if q := lib.SetQuery; q != nil && q.Name != nil && q.Value != nil {
		if e := argAt(call, int(*q.Name)); e != nil {
			if name, _ := f.stringOf(e); provider.IsCredentialParameter(name) || provider.IsCredentialField(name) {
				for _, e := range f.args(fn.Signature(), call, int(*q.Value)) {
					f.sink(source{expr: e, own: own}, "parameter "+name, sinkQuery)
				}
			}
		}
	}
	if w := lib.Webhook; w != nil && w.Secret != nil {
		for _, e := range f.args(fn.Signature(), call, int(*w.Secret)) {
			f.sink(source{expr: e, own: own}, "key of "+fn.Pkg().Name()+"."+fn.Name(), sinkKey)
		}
	}
	if lib.Secret != nil && (lib.SetHeader == nil || lib.SetHeader.Value == nil) {
		for _, e := range f.args(fn.Signature(), call, int(*lib.Secret)) {
			f.sink(source{expr: e, own: own}, "key of "+fn.Pkg().Name()+"."+fn.Name(), sinkKey)
		}
	}
}

// notePair notes that two parameters of a function become the name and the
// value of a header.
func (f *flow) notePair(name, value ast.Expr) {
	n, ok1 := f.objectOf(name).(*types.Var)
	v, ok2 := f.objectOf(value).(*types.Var)
	if !ok1 || !ok2 {
		return
	}
	pn, ok1 := f.params[n]
	pv, ok2 := f.params[v]
	if ok1 && ok2 && pn.fn == pv.fn {
		f.pairs[pn.fn] = append(f.pairs[pn.fn], SinkPair{pn.idx, pv.idx})
	}
}

// pairsOf handles a call of a function with such parameters.
func (f *flow) pairsOf(c funcCall, pairs []SinkPair) {
	for _, p := range pairs {
		e := argAt(c.call, p.Name)
		if e == nil {
			continue
		}
		name, ok := f.stringOf(e)
		if !ok {
			if v := argAt(c.call, p.Value); v != nil {
				f.notePair(e, v)
			}
			continue
		}
		if !provider.IsCredentialHeader(name) {
			continue
		}
		for _, v := range f.args(c.fn.Signature(), c.call, p.Value) {
			f.sink(source{expr: v, own: c.own}, "header "+name, sinkHeader)
		}
	}
}

// isServerGlobal reports whether a call asks JavaScript's global object for
// something that only servers have.
func (f *flow) isServerGlobal(fn *types.Func, call *ast.CallExpr) bool {
	if fn.Pkg() == nil || fn.Pkg().Path() != "syscall/js" || len(call.Args) == 0 {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	recv, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	if !ok {
		return false
	}
	of, ok := typeutil.Callee(f.info(), recv).(*types.Func)
	name, isConst := f.stringOf(call.Args[0])
	return ok && isConst && of.Pkg() == fn.Pkg() && of.Signature().Recv() == nil && provider.IsServerGlobal(name)
}

func argAt(call *ast.CallExpr, i int) ast.Expr {
	if i == int(library.Recv) {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			return sel.X
		}
		return nil
	}
	if i < 0 || i >= len(call.Args) {
		return nil
	}
	return call.Args[i]
}

// args returns the expressions that become parameter i: several for a variadic
// one.
func (f *flow) args(sig *types.Signature, call *ast.CallExpr, i int) []ast.Expr {
	if sig != nil && sig.Variadic() && i >= sig.Params().Len()-1 && i >= 0 && i <= len(call.Args) {
		return call.Args[i:]
	}
	if e := argAt(call, i); e != nil {
		return []ast.Expr{e}
	}
	return nil
}

// bind assigns a call's arguments to the parameters of a function of the package.
func (f *flow) bind(fn *types.Func, call *ast.CallExpr, own *owner) {
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		for _, e := range f.args(sig, call, i) {
			f.store(sig.Params().At(i), source{expr: e, own: own})
		}
	}
	if sig.Recv() == nil {
		return
	}
	if e := argAt(call, int(library.Recv)); e != nil {
		f.store(sig.Recv(), source{expr: e, own: own})
	}
}

func (f *flow) bindLiteral(lit *ast.FuncLit, call *ast.CallExpr, own *owner) {
	sig, ok := f.info().TypeOf(lit).(*types.Signature)
	if !ok {
		return
	}
	for i := range sig.Params().Len() {
		for _, e := range f.args(sig, call, i) {
			f.store(sig.Params().At(i), source{expr: e, own: own})
		}
	}
}

func (f *flow) resolve() {
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
	f.r.activate(fn, nil, s.use)
}

// binary notes a value that is put into a URL behind the name of a parameter
// that carries a credential.
func (f *flow) binary(e *ast.BinaryExpr, own *owner) {
	if e.Op != token.ADD {
		return
	}
	x := ast.Unparen(e.X)
	if b, ok := x.(*ast.BinaryExpr); ok {
		x = b.Y // "a" + b + "c" is ("a" + b) + "c"
	}
	if text, ok := f.stringOf(x); ok {
		if name := parameterBefore(text); name != "" {
			f.sink(source{expr: e.Y, own: own}, "parameter "+name, sinkQuery)
		}
	}
}

var lastParameter = regexp.MustCompile(`(?:^|[?&])([A-Za-z_-]+)=$`)

func parameterBefore(text string) string {
	m := lastParameter.FindStringSubmatch(text)
	if m == nil || !provider.IsCredentialParameter(m[1]) {
		return ""
	}
	return m[1]
}

var verb = regexp.MustCompile(`%[-+# 0]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z%]`)

// formatted notes the arguments of a formatting call that come behind the name
// of a parameter.
func (f *flow) formatted(format string, args []ast.Expr, own *owner) {
	i := 0
	for _, at := range verb.FindAllStringIndex(format, -1) {
		if format[at[1]-1] == '%' {
			continue
		}
		if i >= len(args) {
			return
		}
		if name := parameterBefore(format[:at[0]]); name != "" {
			f.sink(source{expr: args[i], own: own}, "parameter "+name, sinkQuery)
		}
		i++
	}
}

// trace follows every sink back to its constants, and exports what ends in
// parameters, fields and variables that other packages can set or read.
func (r *reach) trace() {
	f := r.flow
	f.resolve()
	carried := map[types.Object]sink{}
	seen := map[element]bool{}
	type item struct {
		source
		sink sink
	}
	var work []item
	for _, s := range f.sinks {
		work = append(work, item{s.source, s})
	}
	done := map[spot]bool{}
	for len(work) > 0 {
		it := work[len(work)-1]
		work = work[:len(work)-1]
		if done[it.spot()] {
			continue
		}
		done[it.spot()] = true
		f.step(it.source, func(l leaf) {
			switch {
			case l.constant:
				r.candidate(l.source, it.sink)
			case l.next != nil:
				work = append(work, item{*l.next, it.sink})
			case l.embed != nil:
				r.embedCandidate(l.embed, it.sink)
			case l.obj != nil:
				r.activate(l.obj, l.keys, it.sink.use)
				at := element{l.obj, l.spot().keys}
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
						r.activate(t.impl, l.keys, it.sink.use)
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
func (r *reach) activate(obj types.Object, keys []string, use string) {
	if !r.local {
		return
	}
	for _, id := range r.originsOf(obj, keys) {
		if _, ok := r.active[id]; !ok {
			r.active[id] = use
		}
	}
}

// A leaf is what an expression is made of: a constant, an object, an embedded
// file, or another expression.
type leaf struct {
	source
	constant bool
	obj      types.Object
	embed    *embedded
	next     *source
}

// step takes an expression apart.
func (f *flow) step(s source, yield func(leaf)) {
	info := f.info()
	e := ast.Unparen(s.expr)
	more := s.yields(yield)
	if tv := info.Types[e]; tv.Value != nil {
		if tv.Value.Kind() == constant.String {
			s.expr = e
			yield(leaf{source: s, constant: true})
		}
		return
	}
	switch e := e.(type) {
	case *ast.Ident:
		f.stepUse(info.ObjectOf(e), s, yield)
	case *ast.SelectorExpr:
		f.stepUse(info.Uses[e.Sel], s, yield)
	case *ast.FuncLit:
		f.stepLiteral(e, s, yield)
	case *ast.BinaryExpr:
		for _, x := range f.credentialParts(e) {
			more(x)
		}
	case *ast.UnaryExpr:
		more(e.X)
	case *ast.StarExpr:
		more(e.X)
	case *ast.TypeAssertExpr:
		more(e.X)
	case *ast.SliceExpr:
		more(e.X)
	case *ast.IndexExpr:
		yield(leaf{next: &source{expr: e.X, own: s.own, keys: joinKeys(f.keysOf(e.X, e.Index), s.keys)}})
	case *ast.CompositeLit:
		switch coreOf(info.TypeOf(e)).(type) {
		case *types.Map:
			for _, x := range f.elements(e, s) {
				yield(leaf{next: &x})
			}
		case *types.Slice, *types.Array:
			for _, x := range e.Elts {
				if kv, ok := x.(*ast.KeyValueExpr); ok {
					x = kv.Value
				}
				more(x)
			}
		}
	case *ast.CallExpr:
		f.stepCall(e, s, yield)
	}
}

// stepUse follows an identifier: a variable, or a function that is used as a
// value and stands for what it returns.
func (f *flow) stepUse(obj types.Object, s source, yield func(leaf)) {
	switch obj := obj.(type) {
	case *types.Var:
		f.stepObject(obj.Origin(), s, yield)
	case *types.Func:
		f.stepFunc(obj.Origin(), nil, s, yield)
	}
}

// credentialParts returns the parts of a concatenation that may be the
// credential: not a user name, which a colon follows, and nothing of a list of
// attributes such as a signature's.
func (f *flow) credentialParts(e *ast.BinaryExpr) []ast.Expr {
	if e.Op != token.ADD {
		return nil
	}
	parts := flatten(e)
	var list []ast.Expr
	for i, p := range parts {
		text, ok := f.stringOf(p)
		if ok && strings.ContainsAny(text, "=,\n") && !attribute.MatchString(text) {
			return nil
		}
		if i+1 < len(parts) {
			if next, ok := f.stringOf(parts[i+1]); ok && strings.HasPrefix(next, ":") {
				continue
			}
		}
		list = append(list, p)
	}
	return list
}

// attribute is the text before a credential in a header, base64 padding
// included.
var attribute = regexp.MustCompile(`^(?:[A-Za-z-]+ )?(?:token|key|apikey|api_key|session)="?$|^[A-Za-z0-9+/_-]{8,}={0,2}$|^"$`)

func flatten(e ast.Expr) []ast.Expr {
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == token.ADD {
		return append(flatten(b.X), flatten(b.Y)...)
	}
	return []ast.Expr{e}
}

// credentialArgs is credentialParts for a formatting call.
func (f *flow) credentialArgs(format string, args []ast.Expr) []ast.Expr {
	verbs := verb.FindAllStringIndex(format, -1)
	if len(verbs) != len(args) {
		return nil
	}
	var list []ast.Expr
	from := 0
	for i, at := range verbs {
		if text := format[from:at[0]]; strings.ContainsAny(text, "=,\n") && !attribute.MatchString(text) {
			return nil
		}
		from = at[1]
		if !strings.HasPrefix(format[at[1]:], ":") {
			list = append(list, args[i])
		}
	}
	return list
}

func (f *flow) stepObject(v *types.Var, s source, yield func(leaf)) {
	for _, e := range f.r.embeds {
		if e.obj == v {
			yield(leaf{embed: e})
		}
	}
	yield(leaf{source: s, obj: v})
}

func (f *flow) stepCall(call *ast.CallExpr, s source, yield func(leaf)) {
	info := f.info()
	more := s.yields(yield)
	if info.Types[call.Fun].IsType() {
		for _, x := range call.Args {
			more(x)
		}
		return
	}
	switch callee := typeutil.Callee(info, call).(type) {
	case *types.Func:
		f.stepFunc(callee.Origin(), call, s, yield)
	case *types.Var:
		f.stepObject(callee.Origin(), s, yield)
	case *types.Builtin:
		if callee.Name() == "append" {
			for _, x := range call.Args {
				more(x)
			}
		}
	default:
		yield(leaf{next: &source{expr: call.Fun, idx: s.idx, own: s.own, keys: s.keys}})
	}
}

func (f *flow) stepLiteral(lit *ast.FuncLit, s source, yield func(leaf)) {
	more := s.yields(yield)
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if s.idx < len(n.Results) {
				more(n.Results[s.idx])
			}
		}
		return true
	})
}

// stepFunc follows a function's result; call is nil where the function is used
// as a value.
func (f *flow) stepFunc(fn *types.Func, call *ast.CallExpr, s source, yield func(leaf)) {
	more := s.yields(yield)
	if x := f.scriptText(fn, call); x != nil {
		more(x)
		return
	}
	if lib := library.FuncOf(fn); lib != nil && lib.Text != nil && call != nil {
		if k := int(lib.Text[0]); k > 0 && k <= len(call.Args) {
			if format, ok := f.stringOf(call.Args[k-1]); ok {
				for _, x := range f.credentialArgs(format, call.Args[k:]) {
					more(x)
				}
				return
			}
		}
		for _, a := range lib.Text {
			for _, x := range f.args(fn.Signature(), call, int(a)) {
				more(x)
			}
		}
		return
	}
	if isInterfaceMethod(fn) {
		for _, impl := range sortedObjects(f.results) {
			if impl.Name() == fn.Name() && implements(impl, fn) {
				f.stepResults(impl, s, yield)
			}
		}
		yield(leaf{source: s, obj: fn})
		return
	}
	if fn.Pkg() == f.r.pass.Pkg {
		f.stepResults(fn, s, yield)
		return
	}
	yield(leaf{source: s, obj: fn})
}

// scriptText returns the text that a call of a JavaScript function such as btoa
// encodes.
func (f *flow) scriptText(fn *types.Func, call *ast.CallExpr) ast.Expr {
	if call == nil || fn.Pkg() == nil || fn.Pkg().Path() != "syscall/js" || len(call.Args) != 2 {
		return nil
	}
	if name, ok := f.stringOf(call.Args[0]); ok && provider.IsTextFunction(name) {
		return call.Args[1]
	}
	return nil
}

// implements reports whether a method of the package may be what a call of an
// interface's method runs.
func implements(impl, method *types.Func) bool {
	recv, it := impl.Signature().Recv(), method.Signature().Recv()
	if recv == nil || it == nil {
		return false
	}
	iface, ok := it.Type().Underlying().(*types.Interface)
	return ok && (types.Implements(recv.Type(), iface) || types.Implements(types.NewPointer(recv.Type()), iface))
}

func (f *flow) stepResults(fn *types.Func, s source, yield func(leaf)) {
	for _, r := range f.results[fn][s.idx] {
		next := r.element(s.keys)
		yield(leaf{next: &next})
	}
	if res := fn.Signature().Results(); s.idx < res.Len() && res.At(s.idx).Name() != "" {
		yield(leaf{source: s, obj: res.At(s.idx)})
	}
}

// originsOf returns the IDs of the constants that an object of another package
// can hold, or the element of it that keys lead to.
func (r *reach) originsOf(obj types.Object, keys []string) []string {
	if obj.Pkg() == nil || obj.Pkg() == r.pass.Pkg {
		return nil
	}
	var fact OriginFact
	if !r.pass.ImportObjectFact(obj, &fact) || fact.Version != reachVersion {
		return nil
	}
	if len(keys) == 0 || keys[0] == anyKey {
		return fact.IDs
	}
	for _, e := range fact.Elements {
		if e.Key == keys[0] {
			return e.IDs
		}
	}
	return nil
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z-]{1,19}[ ]+(?:(?:token|key|apikey)=)?"?([^"]*)"?$`)

// candidate adds a constant that is used as a credential, if it can be one.
func (r *reach) candidate(c source, s sink) {
	if !r.local {
		return
	}
	if !r.credential(c, s) {
		return
	}
	sec := r.secret(c, "", s.use, "")
	if sec.Kind == "" && sec.Use != "" {
		if _, ok := r.active[sec.ID]; !ok {
			r.active[sec.ID] = sec.Use
		}
	}
}

// withoutScheme is a header's value without "Bearer" or the like.
func withoutScheme(value string) string {
	value = strings.TrimSpace(value)
	if m := scheme.FindStringSubmatch(value); m != nil {
		return m[1]
	}
	return value
}

// credential reports whether a constant can be one.
func (r *reach) credential(c source, s sink) bool {
	value := r.text(c.expr)
	if s.kind != sinkKey {
		value = withoutScheme(value)
	}
	name := r.nameOf(c)
	if provider.IsPublicName(name) && !provider.IsCredentialParameter(name) || provider.IsPublic(value) {
		return false
	}
	return isCredentialValue(value, s, name)
}

func isCredentialValue(value string, s sink, name string) bool {
	if !provider.IsPlausible(value) {
		return false
	}
	if plain, err := base64.StdEncoding.DecodeString(value); err == nil {
		if _, password, ok := strings.Cut(string(plain), ":"); ok && !provider.IsPlausible(password) {
			return false // Basic authentication with nothing to hide
		}
	}
	hasDigit := strings.ContainsAny(value, "0123456789")
	switch s.kind {
	case sinkKey:
		// Keys of a MAC are also used to keep protocols apart, in the open.
		return len(value) >= 16 || provider.IsSecretName(name) || hasDigit && len(value) >= 8
	case sinkField:
		if strings.ContainsAny(value, ",=|") && !provider.IsRandom(value) {
			return false // rules of validation and the like
		}
		return hasDigit || len(value) >= 12
	default:
		return hasDigit || len(value) >= 10
	}
}

// exportSinks tells importing packages which parameters, fields and variables
// become credentials.
func (r *reach) exportSinks(carried map[types.Object]sink) {
	params := map[*types.Func]*SinkFact{}
	fact := func(fn *types.Func) *SinkFact {
		if params[fn] == nil {
			params[fn] = &SinkFact{Version: reachVersion}
		}
		return params[fn]
	}
	for fn, pairs := range r.flow.pairs {
		fact(fn).Pairs = pairs
	}
	for obj, s := range carried {
		if m, ok := obj.(*types.Func); ok && m.Pkg() == r.pass.Pkg && isInterfaceMethod(m) {
			r.pass.ExportObjectFact(m, &SinkFact{Version: reachVersion, Use: s.use, Keys: s.keys})
		}
		v, ok := obj.(*types.Var)
		if !ok || v.Pkg() != r.pass.Pkg {
			continue
		}
		if p, ok := r.flow.params[v]; ok {
			fact(p.fn).Params = append(fact(p.fn).Params, SinkParam{p.idx, s.use, s.keys})
			continue
		}
		if v.IsField() || v.Parent() == v.Pkg().Scope() {
			r.pass.ExportObjectFact(v, &SinkFact{Version: reachVersion, Use: s.use, Keys: s.keys})
		}
	}
	for fn, fact := range params {
		fact.Use = ""
		slices.SortFunc(fact.Params, func(a, b SinkParam) int { return a.Index - b.Index })
		r.pass.ExportObjectFact(fn, fact)
	}
}

// exportOrigins tells importing packages which constants they may get from the
// package's functions, fields and variables. Such a constant is not a secret
// until one of them uses it as one.
func (r *reach) exportOrigins() {
	if !r.local || r.pass.Pkg.Name() == "main" {
		return
	}
	f := r.flow
	potential := 0
	export := func(obj types.Object, start []source) {
		if potential >= maxReachPotential {
			return
		}
		ids := r.constantsIn(start)
		for _, s := range r.settingsFor(obj) {
			ids = append(ids, s.ID)
		}
		potential += len(ids)
		if len(ids) > 0 && len(ids) <= maxOrigins {
			r.pass.ExportObjectFact(obj, &OriginFact{Version: reachVersion, IDs: ids})
		}
	}
	exportElements := func(obj types.Object, keys []string, start func(keys []string) []source) {
		if potential >= maxReachPotential || len(keys) > 2*maxOrigins {
			return
		}
		fact := &OriginFact{Version: reachVersion}
		if ids := r.constantsIn(start([]string{anyKey})); len(ids) <= maxOrigins {
			fact.IDs = ids
		}
		for _, key := range keys {
			if ids := r.constantsIn(start([]string{key})); len(ids) > 0 && len(ids) <= maxOrigins {
				fact.Elements = append(fact.Elements, OriginElement{key, ids})
			}
		}
		potential += len(fact.IDs) + len(fact.Elements)
		if len(fact.IDs)+len(fact.Elements) > 0 {
			r.pass.ExportObjectFact(obj, fact)
		}
	}
	for _, fn := range sortedObjects(f.results) {
		switch res := fn.Signature().Results(); {
		case holdsText(res):
			export(fn, f.results[fn][0])
		case res.Len() > 0 && isTextMap(res.At(0).Type()):
			exportElements(fn, f.keysIn(f.results[fn][0]), func(keys []string) []source {
				var list []source
				for _, s := range f.results[fn][0] {
					list = append(list, s.element(keys))
				}
				return list
			})
		}
	}
	for _, obj := range append(sortedObjects(f.assigns), r.taggedFields()...) {
		v, ok := obj.(*types.Var)
		if !ok || v.Pkg() != r.pass.Pkg || !v.IsField() && v.Parent() != v.Pkg().Scope() {
			continue
		}
		switch {
		case isText(v.Type()):
			export(v, f.assigns[obj])
		case isTextMap(v.Type()):
			exportElements(v, f.keysIn(f.assigns[v], f.entries[v]...), func(keys []string) []source { return f.values(v, keys) })
		}
	}
}

func sortedObjects[O interface {
	comparable
	types.Object
}, V any](m map[O]V) []O {
	return slices.SortedFunc(maps.Keys(m), func(a, b O) int { return int(a.Pos()) - int(b.Pos()) })
}

func holdsText(t *types.Tuple) bool { return t.Len() > 0 && isText(t.At(0).Type()) }

// isText reports whether a type holds text: string or []byte, named or not.
func isText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// constantsIn returns the IDs of the constants behind expressions that could
// be a credential.
func (r *reach) constantsIn(start []source) []string {
	f := r.flow
	work := slices.Clone(start)
	done := map[spot]bool{}
	seen := map[element]bool{}
	ids := map[string]bool{}
	for len(work) > 0 && len(ids) <= maxOrigins {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if done[s.spot()] {
			continue
		}
		done[s.spot()] = true
		f.step(s, func(l leaf) {
			switch {
			case l.constant:
				if r.credential(l.source, sink{kind: sinkHeader}) {
					ids[r.secret(l.source, "", "", "").ID] = true
				}
			case l.embed != nil:
				if s := r.embedText(l.embed); s != nil {
					ids[s.ID] = true
				}
			case l.next != nil:
				work = append(work, *l.next)
			case l.obj != nil && !seen[element{l.obj, l.spot().keys}]:
				seen[element{l.obj, l.spot().keys}] = true
				work = append(work, f.values(l.obj, l.keys)...)
				for _, id := range r.originsOf(l.obj, l.keys) {
					ids[id] = true
				}
			}
		})
	}
	return slices.Sorted(maps.Keys(ids))
}

func itoa(n int) string { return strconv.Itoa(n) }

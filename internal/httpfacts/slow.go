package httpfacts

import (
	_ "embed"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A Cost is a fact on a function: how long a call may take and what it does
// with the contexts and inbound requests that it is given. Parameters are
// counted from the receiver.
type Cost struct {
	Version int
	// Waits are the first few things that may take arbitrarily long.
	Waits []Wait
	// Uses has a bit for each context whose end cuts work short.
	Uses uint64
	// Keeps has a bit for each context that a goroutine works on after the
	// call has returned.
	Keeps uint64
	// Writes has a bit for each context that a database write runs on.
	Writes uint64
	// Derives is 1 plus the parameter that the resulting context, or that of
	// the resulting request, ends with, -1 for a context of its own, 0 for
	// unknown.
	Derives int
	// Plain says that the result ends no sooner than that.
	Plain bool
	// Patience is how long a request of the resulting client may take: -1 for
	// ever, 0 unknown.
	Patience time.Duration
	// Webhooks says that the function is, or returns, a handler of webhooks.
	Webhooks bool
	// Vendor and At are of a fact on a field: a webhook's handler waits there
	// for the client in the field.
	Vendor, At string
}

const (
	costVersion = 2
	maxWaits    = 3
)

// AFact marks a Cost as a fact.
func (*Cost) AFact() {}

func (c *Cost) String() string {
	return fmt.Sprintf("cost(waits=%d uses=%b keeps=%b writes=%b derives=%d)", len(c.Waits), c.Uses, c.Keeps, c.Writes, c.Derives)
}

// A Wait is something that may take arbitrarily long.
type Wait struct {
	Kind string // send, exec, sleep, build, channel
	What string // for people: the function or command
	// Ctx is the parameter whose context's deadline bounds it, or -1.
	Ctx int
	// Limit bounds it where that is known; 0 is no bound.
	Limit time.Duration
	// Client is 1 plus the parameter whose client's timeout bounds it, or 0.
	Client int
}

// knowledge is slow.yaml.
type knowledge struct {
	Derives map[string]int `yaml:"derives"`
	Limits  map[string]int `yaml:"limits"`
	Own     []string       `yaml:"own"`
	Values  []string       `yaml:"values"`
	Spawns  map[string]int `yaml:"spawns"`
	Wraps   []string       `yaml:"wraps"`
	Inbound []string       `yaml:"inbound"`
	// Headers are a webhook's, to the vendor.
	Headers map[string]string `yaml:"headers"`

	own, values, wraps, inbound map[string]bool
	headers                     map[string]string // by canonical name
}

//go:embed slow.yaml
var slowData []byte

var slowKnowledge = sync.OnceValues(func() (*knowledge, error) {
	k := &knowledge{}
	if err := yaml.UnmarshalWithOptions(slowData, k, yaml.Strict()); err != nil {
		return k, err
	}
	set := func(list []string) map[string]bool {
		m := map[string]bool{}
		for _, s := range list {
			m[s] = true
		}
		return m
	}
	k.own, k.values, k.wraps, k.inbound = set(k.Own), set(k.Values), set(k.Wraps), set(k.Inbound)
	k.headers = canonicalHeaders(k.Headers)
	return k, nil
})

// A Work tells, for the functions of one package, how long they take and what
// they do with contexts. It keeps no reference to the pass.
type Work struct {
	know     *knowledge
	lib      *library.Set
	pkg      *types.Package
	funcs    []*ssa.Function
	made     map[*ssa.Function]*ssa.MakeClosure
	calls    map[*ssa.Function][]ssa.CallInstruction
	fields   map[*types.Var][]ssa.Value  // what is stored in a field
	globals  map[*ssa.Global][]ssa.Value // what is stored in a variable of the package
	retimed  map[*types.Var][]ssa.Value  // timeouts given to the client in a field or variable
	receives map[*types.Var][]*ssa.Function
	facts    map[*types.Func]*Cost
	vars     map[*types.Var]*Cost        // of fields of other packages
	stores   map[*types.Var][]*ssa.Store // to these
	sums     map[*ssa.Function]*Summary
	steps    int // of the function that is being summed up
	// Wrapped says that a middleware may bound the request's context.
	Wrapped bool
}

// newWork prepares the answers for a package. Nothing is walked yet but the
// references that it makes.
func newWork(pass *analysis.Pass, lib *library.Set, funcs []*ssa.Function) *Work {
	know, _ := slowKnowledge() // a test keeps the error nil
	w := &Work{know: know, lib: lib, pkg: pass.Pkg, funcs: funcs, facts: map[*types.Func]*Cost{}, sums: map[*ssa.Function]*Summary{},
		made: map[*ssa.Function]*ssa.MakeClosure{}, calls: map[*ssa.Function][]ssa.CallInstruction{}, fields: map[*types.Var][]ssa.Value{},
		globals: map[*ssa.Global][]ssa.Value{}, receives: map[*types.Var][]*ssa.Function{}, retimed: map[*types.Var][]ssa.Value{}, vars: map[*types.Var]*Cost{}, stores: map[*types.Var][]*ssa.Store{}}
	for _, obj := range pass.TypesInfo.Uses {
		if v, ok := obj.(*types.Var); ok && v.IsField() && v.Exported() && v.Pkg() != pass.Pkg && isClient(v.Type()) {
			var c Cost
			if pass.ImportObjectFact(v.Origin(), &c) && c.Version == costVersion {
				w.vars[v.Origin()] = &c
			}
		}
		fn, ok := obj.(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg() == pass.Pkg {
			continue
		}
		fn = fn.Origin()
		if w.know.wraps[library.Key(fn)] {
			w.Wrapped = true
		}
		var c Cost
		if _, seen := w.facts[fn]; !seen && pass.ImportObjectFact(fn, &c) && c.Version == costVersion {
			w.facts[fn] = &c
		}
	}
	for _, fn := range funcs {
		w.index(fn)
	}
	for field, vals := range w.fields {
		if types.IsInterface(field.Type()) {
			w.importMethods(pass, field.Type(), vals)
		}
	}
	return w
}

// importMethods fetches what is known of the methods of values that are put
// in an interface: nothing in the package may name them.
func (w *Work) importMethods(pass *analysis.Pass, iface types.Type, vals []ssa.Value) {
	methods, ok := iface.Underlying().(*types.Interface)
	if !ok {
		return
	}
	for _, v := range vals {
		made, ok := v.(*ssa.MakeInterface)
		if !ok {
			continue
		}
		for m := range methods.Methods() {
			fn := methodOf(made.X.Type(), m)
			if fn == nil || fn.Pkg() == nil || fn.Pkg() == w.pkg || w.facts[fn] != nil {
				continue
			}
			var c Cost
			if pass.ImportObjectFact(fn, &c) && c.Version == costVersion {
				w.facts[fn] = &c
			}
		}
	}
}

// methodOf returns the method of a type that an interface's method calls.
func methodOf(t types.Type, m *types.Func) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	return fn.Origin()
}

// index records who calls, stores and receives what.
func (w *Work) index(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.MakeClosure:
				if f, ok := instr.Fn.(*ssa.Function); ok {
					w.made[f] = instr
				}
			case *ssa.Store:
				switch addr := instr.Addr.(type) {
				case *ssa.FieldAddr:
					v := fieldVar(addr.X.Type(), addr.Field)
					if v == nil {
						continue
					}
					w.fields[v] = append(w.fields[v], instr.Val)
					if w.vars[v] != nil {
						w.stores[v] = append(w.stores[v], instr)
					}
					if of := loadedVar(addr.X); of != nil && clientRole(addr.X.Type(), v) != "" {
						w.retimed[of] = append(w.retimed[of], instr.Val)
					}
				case *ssa.Global:
					w.globals[addr] = append(w.globals[addr], instr.Val)
				}
			case *ssa.UnOp:
				if instr.Op == token.ARROW {
					w.receivesFrom(instr.X, fn)
				}
			case *ssa.Select:
				for _, s := range instr.States {
					if s.Dir == types.RecvOnly {
						w.receivesFrom(s.Chan, fn)
					}
				}
			}
			if call, ok := instr.(ssa.CallInstruction); ok {
				if callee := origin(call.Common().StaticCallee()); callee != nil {
					w.calls[callee] = append(w.calls[callee], call)
				}
			}
		}
	}
}

func (w *Work) receivesFrom(ch ssa.Value, fn *ssa.Function) {
	if v := loadedVar(ch); v != nil && !slices.Contains(w.receives[v], fn) {
		w.receives[v] = append(w.receives[v], fn)
	}
}

// exportCosts gives the package's functions and methods their facts.
func exportCosts(pass *analysis.Pass, w *Work) {
	for _, fn := range w.funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || !exportable(obj) {
			continue
		}
		c := w.Sum(fn).cost()
		c.Patience = w.patience(fn)
		c.Webhooks = w.servesWebhooks(fn)
		if len(c.Waits) > 0 || c.Patience != 0 || c.Webhooks || handlesContext(fn.Signature) {
			pass.ExportObjectFact(obj, c)
		}
	}
}

// exportClients gives facts to exported fields with a client that a webhook's
// handler waits for: what others put there decides how long.
func exportClients(pass *analysis.Pass, w *Work) {
	done := map[*types.Var]bool{}
	for _, fn := range w.funcs {
		if !HasWriter(fn.Signature) && !hasInbound(fn.Signature) {
			continue
		}
		for _, site := range w.Sum(fn).Waits {
			if site.Field == nil || done[site.Field] || site.Field.Pkg() != pass.Pkg {
				continue
			}
			found, _ := FindWebhook(fn)
			field := site.Field
			site.Field = nil
			limit := w.Bound(site)
			if found == nil || limit < 0 {
				continue
			}
			done[field] = true
			wait := site.Wait
			wait.Ctx, wait.Limit = -1, limit
			pass.ExportObjectFact(field, &Cost{Version: costVersion, Waits: []Wait{wait}, Vendor: found.Vendor, At: placeIn(pass, pass.Pkg.Path(), site.Pos)})
		}
	}
}

// handlesContext reports whether a function is given a context or a request,
// or returns a context. That it does nothing with it is worth knowing too.
func handlesContext(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if isContext(v.Type()) || isRequest(v.Type()) {
			return true
		}
	}
	for v := range sig.Results().Variables() {
		if isContext(v.Type()) || isRequest(v.Type()) {
			return true
		}
	}
	return false
}

// workOf prepares the answers of a package, and exports its facts. Known
// libraries are described by data; of other modules only those packages count
// that deal in HTTP.
func workOf(pass *analysis.Pass, res *Result) *Work {
	if library.Modelled(pass.Pkg.Path()) || !res.Index.Modelled && (otherModule(pass) || !res.Index.Refers("context")) {
		return nil
	}
	w := newWork(pass, res.lib, res.SSA().Funcs)
	exportCosts(pass, w)
	exportClients(pass, w)
	return w
}

func otherModule(pass *analysis.Pass) bool { return pass.Module == nil || pass.Module.Version != "" }

// exportable reports whether an importing package can name the function:
// facts on anything else would be lost.
func exportable(fn *types.Func) bool {
	return fn.Exported() || fn.Signature().Recv() != nil
}

// fieldVar returns field i of the struct that t is or points to, or nil.
func fieldVar(t types.Type, i int) *types.Var {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || i >= s.NumFields() {
		return nil
	}
	return s.Field(i).Origin()
}

// loadedVar returns the field or package variable that a value was loaded
// from, or nil.
func loadedVar(v ssa.Value) *types.Var {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	switch addr := load.X.(type) {
	case *ssa.FieldAddr:
		return fieldVar(addr.X.Type(), addr.Field)
	case *ssa.Global:
		v, _ := addr.Object().(*types.Var)
		return v
	}
	return nil
}

// origin returns the generic function of an instance, or fn.
func origin(fn *ssa.Function) *ssa.Function {
	if fn != nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}

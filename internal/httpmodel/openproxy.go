package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

const allowOrigin = "Access-Control-Allow-Origin"

// An OpenProxy is a handler that lets the pages of every site use a credential
// of the program's.
type OpenProxy struct {
	Pos       token.Pos // where every origin is allowed
	Reflected bool      // the origin that asks is allowed, not *
	Lent      token.Pos // where the credential is attached, or the request sent
	Handler   *Handler  // nil for a reverse proxy that is registered as it is
}

// An originSite is a place that allows all origins.
type originSite struct {
	fn        *ssa.Function
	instr     ssa.Instruction
	reflected bool
}

// OpenProxies returns the handlers that allow every origin, ask nobody who they
// are, and answer with what a request with the program's credential got.
func (m *Model) OpenProxies() []OpenProxy {
	if m.Empty() || m.facts.Work == nil {
		return nil
	}
	sites := m.originSites()
	if len(sites) == 0 {
		return nil
	}
	var list []OpenProxy
	had := map[token.Pos]bool{}
	add := func(p OpenProxy) {
		if !had[p.Pos] {
			had[p.Pos] = true
			list = append(list, p)
		}
	}
	for _, h := range m.Handlers() {
		if h.Helper {
			continue
		}
		reach := m.reachedBy(h.fn)
		around := m.around(h)
		for _, site := range sites {
			if !slices.Contains(reach, site.fn) && !slices.ContainsFunc(around, func(w *ssa.Function) bool { return slices.Contains(m.reachedBy(w), site.fn) }) {
				continue
			}
			lent := h.answersWithLent(reach)
			if !lent.IsValid() || m.asksWho(h, slices.Concat(reach, around)) {
				continue
			}
			add(OpenProxy{Pos: site.instr.Pos(), Reflected: site.reflected, Lent: lent, Handler: h})
		}
	}
	for _, site := range sites {
		if (m.modifiesProxied(site.fn) || m.usedByAll(site.fn)) && !m.asksAround(nil) {
			if lent := m.lendingProxy(); lent.IsValid() {
				add(OpenProxy{Pos: site.instr.Pos(), Reflected: site.reflected, Lent: lent})
			}
		}
	}
	return list
}

// originSites finds the places that allow all origins whatever the program is
// configured to.
func (m *Model) originSites() []originSite {
	var list []originSite
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				value := allowedOrigin(instr)
				if value == nil {
					continue
				}
				all, reflected := m.everyOrigin(value)
				if !all || m.gated(instr) || reflected && judgesOrigin(fn) {
					continue
				}
				list = append(list, originSite{fn, instr, reflected})
				for _, user := range m.usersOfMap(instr) {
					list = append(list, originSite{user, instr, reflected})
				}
			}
		}
	}
	return list
}

// usersOfMap returns the functions that go through a variable's map whose
// entry an instruction sets.
func (m *Model) usersOfMap(instr ssa.Instruction) []*ssa.Function {
	up, ok := instr.(*ssa.MapUpdate)
	if !ok {
		return nil
	}
	var list []*ssa.Function
	for _, ref := range *up.Map.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok {
			continue
		}
		g, ok := st.Addr.(*ssa.Global)
		if use := m.flow().globals[g]; ok && use != nil {
			for _, load := range use.loads {
				list = append(list, load.Parent())
			}
		}
	}
	return list
}

// allowedOrigin returns the value that an instruction sets the header to, or nil.
func allowedOrigin(instr ssa.Instruction) ssa.Value {
	switch instr := instr.(type) {
	case *ssa.MapUpdate:
		if name, _ := constString(instr.Key); strings.EqualFold(name, allowOrigin) {
			return instr.Value
		}
	case *ssa.Call:
		args := instr.Call.Args
		for i, a := range args[:max(0, len(args)-1)] {
			if name, _ := constString(a); strings.EqualFold(name, allowOrigin) {
				return args[i+1]
			}
		}
	}
	return nil
}

// everyOrigin reports whether the header's value allows whoever asks.
func (m *Model) everyOrigin(v ssa.Value) (all, reflected bool) {
	for _, o := range m.Sources(v) {
		switch o.Kind {
		case OriginConst:
			text, ok := constString(o.Value)
			if !ok || text != "*" && strings.Trim(text, ":/") != "" {
				return false, false
			}
			all = all || text == "*"
		case OriginCall:
			if !readsOrigin(o.Call) && !m.readsInbound(o.Call) {
				return false, false
			}
			all, reflected = true, true
		case OriginField: // of a variable that nothing sets, or of the address that asks
			if g, ok := o.Base.(*ssa.Global); (!ok || token.IsExported(g.Name())) && !isNamed(o.Base.Type(), "net/url", "URL") {
				return false, false
			}
		case OriginElement:
			if key, ok := o.Value.(*ssa.Lookup); !ok || !isOriginKey(key.Index) {
				return false, false
			}
			all, reflected = true, true
		default:
			return false, false
		}
	}
	return all, reflected
}

// readsOrigin reports whether a call returns the origin that a request names.
func readsOrigin(call ssa.CallInstruction) bool {
	return slices.ContainsFunc(call.Common().Args, isOriginKey)
}

func isOriginKey(v ssa.Value) bool {
	name, _ := constString(v)
	return strings.EqualFold(name, "Origin")
}

// gated reports whether a place is reached only for some origins, or only as
// the program is configured.
func (m *Model) gated(at ssa.Instruction) bool {
	if at.Parent().Synthetic != "" {
		return false // the initialisation of a variable
	}
	for _, cond := range conditionsOf(at.Block()) {
		touchesOrigin, touchesConfig, touchesRequest := false, false, false
		seen := map[ssa.Value]bool{}
		var visit func(v ssa.Value, depth int, inCall bool)
		visit = func(v ssa.Value, depth int, inCall bool) {
			if v == nil || seen[v] || depth > 8 {
				return
			}
			seen[v] = true
			switch v := v.(type) {
			case *ssa.Call:
				if readsOrigin(v) {
					touchesOrigin = true
					return
				}
				touchesConfig = touchesConfig || isEnv(CalleeObject(v))
				inCall = true
			case *ssa.Parameter:
				touchesRequest = touchesRequest || isNamed(v.Type(), "net/http", "Request")
			case *ssa.UnOp:
				switch x := v.X.(type) {
				case *ssa.FieldAddr:
					if !inCall && !isNamed(x.X.Type(), "net/http", "Request") {
						touchesConfig = true
					}
				case *ssa.Global:
					touchesConfig = touchesConfig || !inCall
				}
			}
			instr, ok := v.(ssa.Instruction)
			if !ok {
				return
			}
			for _, op := range instr.Operands(nil) {
				visit(*op, depth+1, inCall)
			}
		}
		visit(cond, 0, false)
		if touchesOrigin && !comparedWithEmpty(cond) || touchesConfig && !touchesRequest && !touchesOrigin && !isErrorTest(cond) {
			return true
		}
	}
	return false
}

// judgesOrigin reports whether a function asks whether the origin that a request
// names is among those that it knows.
func judgesOrigin(fn *ssa.Function) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		if call.Value() == nil || !isBool(call.Value().Type()) {
			continue
		}
		for _, a := range operandsOf(call) {
			if read, ok := a.(*ssa.Call); ok && readsOrigin(read) {
				return true
			}
		}
	}
	return false
}

func isEnv(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "os" && (fn.Name() == "Getenv" || fn.Name() == "LookupEnv")
}

// comparedWithEmpty reports whether a condition only asks whether a text is empty.
func comparedWithEmpty(cond ssa.Value) bool {
	b, ok := cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	for _, side := range []ssa.Value{b.X, b.Y} {
		if text, isText := constString(side); isText && text == "" {
			return true
		}
	}
	return false
}

// isErrorTest reports whether a condition compares an error.
func isErrorTest(cond ssa.Value) bool {
	b, ok := cond.(*ssa.BinOp)
	return ok && isErrorType(b.X.Type())
}

// conditionsOf returns the conditions without which a block does not run.
func conditionsOf(b *ssa.BasicBlock) []ssa.Value {
	var list []ssa.Value
	for d := b.Idom(); d != nil; d = d.Idom() {
		last, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		stop := func(x *ssa.BasicBlock) bool { return x == d }
		if reachable(d.Succs[:1], b, stop) != reachable(d.Succs[1:], b, stop) {
			list = append(list, last.Cond)
		}
	}
	return list
}

// reachedBy returns a function and those of the package that it calls.
func (m *Model) reachedBy(fn *ssa.Function) []*ssa.Function {
	var list []*ssa.Function
	var visit func(fn *ssa.Function, depth int)
	visit = func(fn *ssa.Function, depth int) {
		if fn == nil || fn.Blocks == nil || depth > 4 || slices.Contains(list, fn) {
			return
		}
		list = append(list, fn)
		for call := range lazyssa.Each[ssa.CallInstruction](fn) {
			visit(staticCallee(call.Common()), depth+1)
		}
	}
	visit(fn, 0)
	return list
}

// answersWithLent returns where a handler, or a helper that it gives the writer
// to, answers with what a request with the program's credential got.
func (h *Handler) answersWithLent(reach []*ssa.Function) token.Pos {
	for _, fn := range reach {
		writers := h.writersIn(fn)
		if len(writers) == 0 && h.Router != "lambda" {
			continue
		}
		for call := range lazyssa.Each[ssa.CallInstruction](fn) {
			if call.Value() == nil {
				continue
			}
			lent := h.model.lentBy(call)
			if lent.IsValid() && h.model.answered(fn, call, writers) {
				return lent
			}
		}
	}
	return token.NoPos
}

// writersIn returns the parameters of a function through which it can answer.
func (h *Handler) writersIn(fn *ssa.Function) map[ssa.Value]bool {
	writers := map[ssa.Value]bool{}
	for _, p := range fn.Params {
		if isNamed(p.Type(), "net/http", "ResponseWriter") || h.Router != "net/http" && h.Router != "lambda" && types.Identical(p.Type(), h.fn.Params[h.Request].Type()) {
			writers[p] = true
		}
	}
	for _, v := range fn.FreeVars {
		if isNamed(v.Type(), "net/http", "ResponseWriter") {
			writers[v] = true
		}
	}
	return writers
}

// answered reports whether what a call returns is written to a writer, or
// returned where there is none.
func (m *Model) answered(fn *ssa.Function, call ssa.CallInstruction, writers map[ssa.Value]bool) bool {
	for _, a := range call.Common().Args {
		if writers[written(a)] {
			return true // it is the call's to answer
		}
	}
	return flowsTo(fn, append(decodedInto(call), call.Value()), writers)
}

// decodedInto returns what the chain of calls on a library's request decodes
// the answer into.
func decodedInto(call ssa.CallInstruction) []ssa.Value {
	var list []ssa.Value
	v := receiver(call.Common())
	for range 24 {
		made, ok := v.(*ssa.Call)
		if !ok {
			break
		}
		if lib := library.FuncOf(CalleeObject(made)); lib != nil && lib.NewRequest != nil && lib.NewRequest.Into != nil {
			list = append(list, baseOf(argAt(made.Common(), lib.NewRequest.Into)))
		}
		v = receiver(made.Common())
	}
	return list
}

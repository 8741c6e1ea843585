package httpmodel

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/provider"
)

// A MixedTime is the time that a call of a vendor's API takes, measured and
// told although the answer says which part of it the vendor took.
type MixedTime struct {
	Pos    token.Pos // where it is measured
	Send   token.Pos // the request
	Vendor string
	Header string // tells the vendor's part
}

// MixedTimes returns the package's measurements of that kind.
func (m *Model) MixedTimes() []MixedTime {
	if m.Empty() || m.tracesConnections() {
		return nil
	}
	w := &timingWalk{m: m, reach: newSendReach(m), header: map[*provider.Profile]bool{}}
	var list []MixedTime
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		if t, ok := w.mixed(call); ok {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b MixedTime) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// tracesConnections reports whether the package takes a request's time apart by
// itself.
func (m *Model) tracesConnections() bool {
	return slices.ContainsFunc(m.sourceFiles(), func(f *ast.File) bool {
		return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"net/http/httptrace"` })
	})
}

type timingWalk struct {
	m      *Model
	reach  *sendReach
	header map[*provider.Profile]bool // whether the package may read the vendor's header
}

// mixed looks at a call that may tell how long something took.
func (w *timingWalk) mixed(call *ssa.Call) (MixedTime, bool) {
	start, end := w.measured(call)
	if start == nil {
		return MixedTime{}, false
	}
	s := w.timedSend(start, end)
	if s == nil {
		return MixedTime{}, false
	}
	p := w.m.vendorOf(played{send: s})
	if p == nil || p.Timing == nil || w.mayRead(p) || !w.m.tellsTime(call) {
		return MixedTime{}, false
	}
	return MixedTime{Pos: call.Pos(), Send: s.Pos(), Vendor: p.Name, Header: p.Timing.Header}, true
}

// measured returns where a time begins and ends that a call tells: two calls of
// time.Now, of which the second may be that of time.Since.
func (w *timingWalk) measured(call *ssa.Call) (start *ssa.Call, end ssa.Instruction) {
	args := call.Call.Args
	switch {
	case isTimeFunc(call, "Since") && len(args) == 1:
		return w.now(args[0]), call
	case isTimeFunc(call, "Sub") && len(args) == 2:
		stop := w.now(args[0])
		if stop == nil {
			return nil, nil
		}
		return w.now(args[1]), stop
	}
	return nil, nil
}

// now returns the one call of time.Now that a time comes from, or nil.
func (w *timingWalk) now(v ssa.Value) *ssa.Call {
	for range 6 {
		switch x := v.(type) {
		case *ssa.Call:
			if isTimeFunc(x, "Now") {
				return x
			}
			return nil
		case *ssa.UnOp:
			v = x.X
		case *ssa.FreeVar:
			bound := w.m.flow().bindings(x)
			if len(bound) != 1 {
				return nil
			}
			v = bound[0]
		case *ssa.Alloc:
			stores := w.m.flow().cellUses(x).stores
			if len(stores) != 1 {
				return nil
			}
			v = stores[0].Val
		default:
			return nil
		}
	}
	return nil
}

func isTimeFunc(call *ssa.Call, name string) bool {
	fn := calleeOf(&call.Call)
	return inPackage(fn, "time") && fn.Name() == name
}

// timedSend returns the request that is all that a time is measured around, or
// nil. A time that spans a loop is not that of a request.
func (w *timingWalk) timedSend(start *ssa.Call, end ssa.Instruction) *Send {
	fn := start.Parent()
	var found *Send
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		if call == ssa.CallInstruction(start) || !before(start, call) || !w.endsAfter(call, end) {
			continue
		}
		s := w.reach.from(call)
		if s == nil {
			continue
		}
		if found != nil || inLoop(call.Block()) && !follows(call, start) {
			return nil
		}
		found = s
	}
	return found
}

// endsAfter reports whether a time ends after a call: in the same function, or
// in a literal of it, which is deferred as a rule.
func (w *timingWalk) endsAfter(call ssa.CallInstruction, end ssa.Instruction) bool {
	if end.Parent() == call.Parent() {
		return follows(call, end) && !before(end, call)
	}
	return outermost(end.Parent()) == outermost(call.Parent())
}

// mayRead reports whether the package may look at the header by which a vendor
// tells the time: it names it, or does something with all headers of an answer.
func (w *timingWalk) mayRead(p *provider.Profile) bool {
	known, ok := w.header[p]
	if !ok {
		known = w.m.namesText(p.Timing.Header) || w.m.takesHeaders()
		w.header[p] = known
	}
	return known
}

// namesText reports whether one of the package's constants is a text, whatever
// its case.
func (m *Model) namesText(text string) bool {
	found := false
	for _, file := range m.sourceFiles() {
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok || found {
				return !found
			}
			tv := m.pass.TypesInfo.Types[e]
			found = tv.Value != nil && tv.Value.Kind() == constant.String && strings.EqualFold(constant.StringVal(tv.Value), text)
			return !found
		})
	}
	return found
}

// takesHeaders reports whether the package does anything with the headers of an
// answer but look for one whose name is constant.
func (m *Model) takesHeaders() bool {
	for instr := range lazyssa.Each[ssa.Instruction](m.flow().funcs...) {
		switch instr := instr.(type) {
		case *ssa.FieldAddr:
			f := structField(instr.X.Type(), instr.Field)
			if f != nil && f.Name() == "Header" && isNamed(instr.X.Type(), "net/http", "Response") && m.takesAll(instr, 0) {
				return true
			}
		case *ssa.Call:
			fn := calleeOf(&instr.Call)
			lib := m.lib.FuncOf(fn)
			if lib != nil && lib.Accessor == "header" && m.takesAll(instr, 0) {
				return true
			}
			if inPackage(fn, "net/http/httputil") && fn.Name() == "DumpResponse" {
				return true
			}
		}
	}
	return false
}

// takesAll reports whether headers are used otherwise than by a constant name.
func (m *Model) takesAll(v ssa.Value, depth int) bool {
	if v.Referrers() == nil || depth > 4 {
		return true
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			if m.takesAll(ref, depth+1) {
				return true
			}
		case *ssa.Lookup:
			if _, ok := constString(ref.Index); !ok {
				return true
			}
		case *ssa.Call:
			lib := m.lib.FuncOf(calleeOf(&ref.Call))
			if lib == nil || lib.GetHeader == nil {
				return true
			}
			if _, ok := constString(argAt(&ref.Call, lib.GetHeader.Name)); !ok && lib.GetHeader.Fixed == "" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

package httpmodel

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
)

const repeatFactVersion = 1

// A RepeatFact is on a function that calls the one it is given again after any
// error, whatever that is.
type RepeatFact struct {
	Version int
	Param   int // counted from the receiver
	// Marked says that errors of the package's own kinds are left out.
	Marked bool
}

// AFact marks the type as a fact.
func (*RepeatFact) AFact() {}

// String describes the fact for tests and debugging.
func (*RepeatFact) String() string { return "repeats after any error" }

// exportRepeatFacts tells importing packages which functions repeat what they
// are given.
func (m *Model) exportRepeatFacts() {
	if !m.repeatsByName() {
		return
	}
	m.facts.Prepare(m.pass)
	for _, r := range m.Retries() {
		call, ok := r.Path[0].(*ssa.Call)
		if !ok || r.Form != InLoop || !r.On.Has(play.NetError) {
			continue
		}
		marked := false
		if r.sparesTimeouts() || r.visit(func(instr ssa.Instruction) bool {
			own := r.gatedByKind(instr) && m.ownKind(instr)
			marked = marked || own
			return asksOfError(instr) || r.gatedByKind(instr) && !own || m.classifies(instr)
		}) {
			continue
		}
		p, ok := call.Call.Value.(*ssa.Parameter)
		if !ok {
			continue
		}
		if obj, ok := r.In.Object().(*types.Func); ok && obj.Exported() {
			m.pass.ExportObjectFact(obj, &RepeatFact{Version: repeatFactVersion, Param: paramIndex(p), Marked: marked})
		}
	}
}

// classifies reports whether an instruction gives an error to a function that may
// say what to do about it: any that only logs or formats does not, nor does
// errors.As, whose kinds are looked at.
func (m *Model) classifies(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	if _, asks := askedKind(instr); asks {
		return false
	}
	fn := calleeOf(&call.Call)
	given := slices.ContainsFunc(call.Call.Args, func(a ssa.Value) bool { return isErrorType(a.Type()) })
	return given && !m.logs(&call.Call) && !m.formats(fn)
}

// ownKind reports whether an instruction asks for a kind of error of the package.
func (m *Model) ownKind(instr ssa.Instruction) bool {
	kind, _ := askedKind(instr)
	return kind != nil && kind.Pkg() == m.pass.Pkg
}

// repeatsByName reports whether the package has an exported function that is
// called after repeating and is given one: nothing else is looked at in packages
// without requests.
func (m *Model) repeatsByName() bool {
	given := func(fn *types.Func) bool {
		if fn == nil || !fn.Exported() || !isRepeaterName(fn) {
			return false
		}
		for v := range fn.Signature().Params().Variables() {
			if isFunc(v.Type()) {
				return true
			}
		}
		return false
	}
	scope := m.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Func:
			if given(obj) {
				return true
			}
		case *types.TypeName:
			if n, ok := obj.Type().(*types.Named); ok {
				for method := range n.Methods() {
					if given(method) {
						return true
					}
				}
			}
		}
	}
	return false
}

// importRepeat fetches what is known of another package's function.
func (m *Model) importRepeat(fn *types.Func) {
	if f := new(RepeatFact); m.pass.ImportObjectFact(fn, f) && f.Version == repeatFactVersion {
		if m.retryMemo.repeats == nil {
			m.retryMemo.repeats = map[*types.Func]*RepeatFact{}
		}
		m.retryMemo.repeats[fn] = f
	}
}

// repeatsAny describes how a call of another package's function repeats an
// argument of it.
func (m *Model) repeatsAny(call ssa.CallInstruction, arg ssa.Value) Repeater {
	f := m.retryMemo.repeats[calleeOf(call.Common()).Origin()]
	if f == nil || argument(call, f.Param) != arg {
		return Repeater{Named: true}
	}
	return Repeater{Named: true, Any: true, Marked: f.Marked}
}

package httpmodel

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// apply is what the origins say after a change.
func (e *clientEval) apply(c clientChange, list []clientOrigin) []clientOrigin {
	out := slices.Clone(list)
	for i := range out {
		if c.set != nil {
			e.set(&out[i], c.set, c.call)
		} else {
			e.assign(&out[i], c.role, c.value())
		}
	}
	return out
}

// assign changes what a field with a role says.
func (e *clientEval) assign(o *clientOrigin, role string, v ssa.Value) {
	switch role {
	case "client.timeout":
		o.Says[traitTimeout] = isSet(v)
	case "client.retry-max":
		o.Says[traitRetries] = isSet(v)
		if o.Says[traitWrites] == saysNo {
			o.Says[traitWrites] = saysUnknown // the library says which, where it repeats by default
		}
	case "client.retry-if":
		if !isLibraryFunc(v) {
			o.Says[traitWrites] = saysUnknown
			if o.Says[traitGivesUp] == saysYes && !e.m.repeatsFailures(v) {
				o.Says[traitGivesUp] = saysUnknown // it may hand out the answers that others repeat
			}
		}
	case "client.error-handler":
		if !isNilConst(v) {
			o.Says[traitGivesUp] = saysNo
		}
	case "client.transport", "transport.transport":
		o.Traits = o.with(e.transport(v))
		o.dflt = false
	case "client.client":
		in := joined(e.value(v))
		o.Says[traitTimeout] = in.Says[traitTimeout]
		o.Traits = o.with(in)
	case "transport.timeout":
		o.Says[traitSendTimeout] = isSet(v)
	case "transport.dial":
		o.Says[traitSendTimeout] |= e.dials(v)
	case "transport.disable-keep-alives":
		o.Says[traitReuse] = isSet(v).not()
	case "transport.idle-per-host":
		o.Says[traitIdle] = isSet(v)
		if n, ok := constInt(v); ok && n <= 2 {
			o.Says[traitIdle] = saysNo
		}
	}
}

// set changes what a setter says.
func (e *clientEval) set(o *clientOrigin, c *library.Client, call ssa.CallInstruction) {
	common := call.Common()
	switch {
	case c.RetryCount != nil:
		o.Says[traitRetries], o.Says[traitWrites] = isSet(argAt(common, c.RetryCount)), repeatsWrites(c)
	case c.Transport != nil:
		o.Traits = o.with(e.transport(argAt(common, c.Transport)))
	case c.Timeout != nil:
		o.Says[traitTimeout] = isSet(argAt(common, c.Timeout))
	case c.NoKeepAlive:
		if turnedOn(call) {
			o.Says[traitReuse] = saysNo
		}
	case c.Raw != nil:
		o.Says[traitRaw] = isTold(argAt(common, c.Raw))
	case c.From != nil && *c.From != library.Recv: // an option that gives the client inside
		in := joined(e.value(argAt(common, c.From)))
		o.Says[traitTimeout] = in.Says[traitTimeout]
		o.Traits = o.with(in)
	}
}

// transport says what a transport does; nil is the default one.
func (e *clientEval) transport(v ssa.Value) Traits {
	if c, ok := v.(*ssa.Const); ok && c.Value == nil {
		return defaultTransport()
	}
	return joined(e.value(v)).transportOnly()
}

// repeatsWrites says whether a client of a library that repeats failed requests
// does so with those that create, if it is not told otherwise.
func repeatsWrites(c *library.Client) Answers {
	if c.Idempotent {
		return saysNo
	}
	return saysYes
}

// isLibraryFunc reports whether a value is a function of a described library.
func isLibraryFunc(v ssa.Value) bool {
	if c, ok := v.(*ssa.ChangeType); ok {
		v = c.X
	}
	fn, ok := unwrapped(v).(*ssa.Function)
	if !ok {
		return false
	}
	obj, ok := fn.Object().(*types.Func)
	return ok && library.FuncOf(obj) != nil
}

// isSet says whether a number, duration or bool is not zero. A value that is
// not constant is taken for set: that is what settings are for.
func isSet(v ssa.Value) Answers {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil {
		return saysYes
	}
	switch c.Value.Kind() {
	case constant.Bool:
		if !constant.BoolVal(c.Value) {
			return saysNo
		}
	case constant.Int, constant.Float:
		if constant.Sign(c.Value) == 0 {
			return saysNo
		}
	}
	return saysYes
}

// isTold says whether a switch is turned on.
func isTold(v ssa.Value) Answers {
	if c, ok := v.(*ssa.Const); !ok && isBool(v.Type()) || ok && c.Value == nil {
		return saysUnknown
	}
	return isSet(v)
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// not turns yes into no and no into yes.
func (a Answers) not() Answers {
	out := a &^ (saysYes | saysNo)
	if a&saysYes != 0 {
		out |= saysNo
	}
	if a&saysNo != 0 {
		out |= saysYes
	}
	return out
}

func constInt(v ssa.Value) (int64, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(c.Value)
}

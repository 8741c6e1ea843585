package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// tellsTime reports whether a duration is told to somebody: logged, recorded by
// what is called after that, compared with a limit, or kept under such a name.
// One that a program waits by, or that it returns, is not.
func (m *Model) tellsTime(call *ssa.Call) bool {
	u := &toldTime{m: m, seen: map[ssa.Value]bool{}}
	return u.told(call)
}

type toldTime struct {
	m    *Model
	seen map[ssa.Value]bool
}

func (u *toldTime) told(v ssa.Value) bool {
	if v == nil || u.seen[v] || v.Referrers() == nil || len(u.seen) > 60 {
		return false
	}
	u.seen[v] = true
	for _, ref := range *v.Referrers() {
		if u.use(v, ref) {
			return true
		}
	}
	return false
}

func (u *toldTime) use(v ssa.Value, ref ssa.Instruction) bool {
	switch ref := ref.(type) {
	case *ssa.Convert:
		return u.told(ref)
	case *ssa.ChangeType:
		return u.told(ref)
	case *ssa.MakeInterface:
		return u.told(ref)
	case *ssa.Slice:
		return u.told(ref)
	case *ssa.Phi:
		return u.told(ref)
	case *ssa.UnOp:
		return u.told(ref)
	case *ssa.BinOp:
		switch ref.Op {
		case token.GTR, token.GEQ, token.LSS, token.LEQ:
			return true
		case token.QUO, token.MUL:
			return u.told(ref)
		}
	case *ssa.Store:
		return ref.Val == v && u.stored(ref.Addr)
	case ssa.CallInstruction:
		return u.call(ref)
	}
	return false
}

func (u *toldTime) stored(addr ssa.Value) bool {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		for _, load := range u.m.flow().cellUses(addr).loads {
			if u.told(load) {
				return true
			}
		}
	case *ssa.IndexAddr: // one of variadic arguments
		if a, ok := addr.X.(*ssa.Alloc); ok && isArray(a) {
			return u.told(a)
		}
	case *ssa.FieldAddr:
		f := structField(addr.X.Type(), addr.Field)
		return f != nil && namesLatency(f.Name())
	}
	return false
}

func (u *toldTime) call(call ssa.CallInstruction) bool {
	common := call.Common()
	fn := calleeOf(common)
	if isDurationMethod(fn) {
		return u.told(call.Value())
	}
	name := calledName(common)
	return u.m.logs(common) || u.m.formats(fn) || nameHas(name, "observe", "record", "timing", "histogram", "latency", "duration", "metric", "metrics", "track", "report")
}

// isDurationMethod reports whether a function gives a duration another form.
func isDurationMethod(fn *types.Func) bool {
	if !inPackage(fn, "time") || fn.Signature().Recv() == nil {
		return false
	}
	switch fn.Name() {
	case "Seconds", "Milliseconds", "Microseconds", "Nanoseconds", "Minutes", "Round", "Truncate", "String", "Abs":
		return isNamed(fn.Signature().Recv().Type(), "time", "Duration")
	}
	return false
}

// namesLatency reports whether a name is that of how long something took.
func namesLatency(name string) bool {
	return nameHas(name, "latency", "elapsed", "took", "duration", "rtt", "ms", "millis", "seconds")
}

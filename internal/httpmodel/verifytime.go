package httpmodel

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// untimed finds times of signing that become part of what is verified, and
// whose age nobody looks at.
func (v *verifySearch) untimed(fn *ssa.Function) {
	for call := range lazyssa.Each[*ssa.Call](fn) {
		f := v.m.lib.FuncOf(CalleeObject(call))
		if f == nil || f.GetHeader == nil || f.GetHeader.Name == nil || !v.m.fromInbound(receiver(&call.Call), 0) {
			continue
		}
		name := v.m.constantText(argAt(&call.Call, f.GetHeader.Name))
		if !slices.ContainsFunc(handlerData().TimestampHeaders, func(h string) bool { return strings.EqualFold(h, name) }) {
			continue
		}
		w := &timeWalk{m: v.m, seen: map[ssa.Value]bool{}}
		w.walk(call, 0)
		if w.signed && !w.looked && w.reads(fn, name) == 1 {
			v.found = append(v.found, LaxVerification{Kind: LaxUntimed, Pos: call.Pos(), What: name})
		}
	}
}

// A timeWalk follows the time of signing.
type timeWalk struct {
	m      *Model
	seen   map[ssa.Value]bool
	signed bool // it is written to a keyed hash
	looked bool // it is made a number or compared, or goes where that is not seen
}

// reads counts the places of the package that read the header.
func (w *timeWalk) reads(fn *ssa.Function, header string) int {
	n := 0
	for call := range lazyssa.Each[*ssa.Call](w.m.SSA().Funcs...) {
		for _, arg := range call.Call.Args {
			if text, ok := constString(arg); ok && strings.EqualFold(text, header) {
				n++
			}
		}
	}
	return n
}

func (w *timeWalk) walk(v ssa.Value, depth int) {
	if v == nil || w.seen[v] || w.looked || v.Referrers() == nil {
		return
	}
	w.seen[v] = true
	if depth > 20 {
		w.looked = true
		return
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.BinOp:
			if ref.Op == token.ADD {
				w.walk(ref, depth+1)
			} else if !isConst(ref.Y) {
				w.looked = true
			}
		case *ssa.Convert, *ssa.ChangeType, *ssa.MakeInterface, *ssa.Phi, *ssa.Slice, *ssa.Extract:
			w.walk(ref.(ssa.Value), depth+1)
		case *ssa.Store:
			if ia, ok := ref.Addr.(*ssa.IndexAddr); ok && ref.Val == v {
				w.walk(container(ia), depth+1)
				continue
			}
			w.looked = true
		case *ssa.IndexAddr:
			// the list of arguments itself
		case *ssa.Call:
			w.call(v, ref, depth)
		default:
			w.looked = true
		}
	}
}

func (w *timeWalk) call(v ssa.Value, call *ssa.Call, depth int) {
	callee := CalleeObject(call)
	if _, ok := call.Call.Value.(*ssa.Builtin); ok {
		w.walk(call, depth+1)
		return
	}
	if fn := staticCallee(&call.Call); fn != nil && fn.Blocks != nil {
		for i, p := range fn.Params {
			if argument(call, i) == v {
				w.walk(p, depth+1)
			}
		}
		return
	}
	f := w.m.lib.FuncOf(callee)
	switch {
	case callee == nil:
		w.looked = true
	case callee.Pkg() != nil && callee.Pkg().Path() == "strconv":
		w.looked = true
	case isTextFunc(callee), isTextReader(callee):
		w.walk(call, depth+1)
	case strings.HasPrefix(callee.Name(), "Write") || strings.HasPrefix(callee.Name(), "Fprint"):
		w.signed = w.signed || w.m.writesToMAC(call)
		w.looked = w.looked || !w.m.writesToMAC(call)
	case f != nil && f.Log:
	default:
		w.looked = true
	}
}

// writesToMAC reports whether a call writes to a keyed hash.
func (m *Model) writesToMAC(call *ssa.Call) bool {
	to := receiver(&call.Call)
	if to == nil && len(call.Call.Args) > 0 {
		to = call.Call.Args[0] // io.WriteString, fmt.Fprintf
	}
	for _, o := range m.Origins(to) {
		if made, ok := o.Value.(*ssa.Call); ok {
			if f := m.lib.FuncOf(CalleeObject(made)); f != nil && f.MAC == "new" {
				return true
			}
		}
	}
	return false
}

// readTwice finds reads of a request's body that was read to its end before,
// in packages that never put one back.
func (v *verifySearch) readTwice(fn *ssa.Function) {
	if !hasRequest(fn) {
		return
	}
	var reads []*ssa.Call
	for call := range lazyssa.Each[*ssa.Call](fn) {
		if call.Parent() == fn && v.readsBody(call) {
			reads = append(reads, call)
		}
	}
	for i, second := range reads {
		for _, first := range reads[:i] {
			f := v.m.lib.FuncOf(CalleeObject(first))
			if !f.Read.Drains || !before(first, second) || v.restoresBodies() {
				continue
			}
			if (&bodySearch{m: v.m, hooks: map[*ssa.Function]*Webhook{}}).hookAround(fn, 0) == nil {
				continue
			}
			v.found = append(v.found, LaxVerification{Kind: LaxReadTwice, Pos: second.Pos(), At: first.Pos()})
			return
		}
	}
}

// readsBody reports whether a call reads all of an inbound request's body, and
// does so to keep it.
func (v *verifySearch) readsBody(call *ssa.Call) bool {
	f := v.m.lib.FuncOf(CalleeObject(call))
	if f == nil || f.Read == nil || !f.Read.Drains && f.Decode == nil || (&bodySearch{m: v.m}).discards(call, f.Read) {
		return false
	}
	from := argAt(&call.Call, f.Read.From)
	if from == nil {
		return false
	}
	if isNamed(from.Type(), "net/http", "Request") {
		return f.Webhook != nil && f.Webhook.Verifies && v.m.fromInbound(from, 0)
	}
	if library := v.m.lib.TypeOf(from.Type()); library != nil && library.Kind == "inbound" {
		return false // frameworks may keep a copy
	}
	w := &inboundWalk{m: v.m, reader: call.Parent(), seen: map[ssa.Value]bool{}}
	w.walk(from)
	return w.body.IsValid() && len(w.seen) < 4
}

// restoresBodies reports whether the package puts bodies of requests back.
func (v *verifySearch) restoresBodies() bool {
	for st := range lazyssa.Each[*ssa.Store](v.m.SSA().Funcs...) {
		fa, ok := st.Addr.(*ssa.FieldAddr)
		if ok && isNamed(fa.X.Type(), "net/http", "Request") && fieldName(fa) == "Body" {
			return true
		}
	}
	return false
}

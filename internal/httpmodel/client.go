package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A Client is what is known of the client or transport that sends a request.
type Client struct {
	// Retries says whether it repeats failed requests by itself.
	Retries Answer
	// Mixed says that it repeats where it comes from one place, and not where
	// it comes from another.
	Mixed bool
	// Bypassed says that it is the plain client inside a retrying one.
	Bypassed bool
	// Built are the places where a client that does not retry comes from.
	Built []token.Pos
	// Kept are the places where the field that holds it is set.
	Kept []token.Pos
	// Default says that every origin is net/http's default client.
	Default bool
}

// clientWalk resolves clients through transports; seen stops cycles.
type clientWalk struct {
	m    *Model
	seen map[any]bool
	yes  int
	no   []token.Pos
	// made is true once a retrying client was met outside function literals:
	// it is what the package uses unless it is told otherwise.
	made bool
	dflt int
	unk  int
	by   bool
}

// Client describes the client of a request.
func (s *Send) Client() Client {
	w := &clientWalk{m: s.model, seen: map[any]bool{}}
	w.send(s)
	c := Client{Built: w.no, Bypassed: w.by}
	switch {
	case w.yes > 0 && len(w.no) > 0:
		c.Mixed = w.made // an option that adds retries is its user's choice
	case w.yes > 0 && w.unk == 0:
		c.Retries = Yes
	case len(w.no)+w.dflt > 0 && w.unk == 0 && w.yes == 0:
		c.Retries = No
	}
	c.Default = w.dflt > 0 && len(w.no) == 0
	c.Kept = s.kept()
	return c
}

// ClientField returns the field that holds the client which sends, or nil.
func (s *Send) ClientField() *types.Var {
	load, ok := receiver(s.Call.Common()).(*ssa.UnOp)
	if !ok {
		return nil
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	p, ok := fa.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	return st.Field(fa.Field)
}

// kept returns the places where the field that holds the client is set.
func (s *Send) kept() []token.Pos {
	field := s.ClientField()
	if field == nil {
		return nil
	}
	var list []token.Pos
	stores, _ := s.model.FieldStores(field)
	for _, store := range stores {
		if store.Pos().IsValid() && len(list) < 4 {
			list = append(list, store.Pos())
		}
	}
	return list
}

func (w *clientWalk) send(s *Send) {
	common := s.Call.Common()
	if s.Lib == nil || s.Lib.Send == nil {
		if s.Callee == nil { // a function value
			w.unk++
			return
		}
		if recv := receiver(common); recv != nil && common.IsInvoke() {
			w.value(recv) // an interface with the shape of a client
			return
		}
		w.unk++
		return
	}
	send := s.Lib.Send
	switch {
	case send.Retries:
		w.yes++
	case send.ClientA != nil:
		w.value(argAt(common, send.ClientA))
	case send.Client == "default":
		w.dflt++
	case send.Client == "recv":
		w.value(receiver(common))
	case send.Client == "request":
		w.builder(receiver(common))
	default:
		w.unk++
	}
}

// builder goes back from a library's own request to the client that made it.
func (w *clientWalk) builder(v ssa.Value) {
	for range 24 {
		call, ok := v.(*ssa.Call)
		if !ok {
			break
		}
		lib := library.FuncOf(calleeOf(&call.Call))
		recv := receiver(&call.Call)
		if recv == nil {
			break
		}
		if lib != nil && lib.Client != nil && (lib.Client.RetryCount != nil || lib.Client.RetryIf != nil) {
			w.yes++
			return
		}
		if t := library.TypeOf(recv.Type()); t != nil && t.Kind == "client" {
			w.value(recv)
			return
		}
		v = recv
	}
	w.unk++
}

// value resolves a client or transport.
func (w *clientWalk) value(v ssa.Value) {
	if v == nil {
		w.unk++
		return
	}
	if t := library.TypeOf(v.Type()); t != nil && t.Retries {
		w.yes++
		w.made = true
		return
	}
	origins := w.m.Origins(v)
	if len(origins) == 0 {
		w.unk++
	}
	for _, o := range origins {
		w.origin(o)
	}
}

func (w *clientWalk) origin(o Origin) {
	switch o.Kind {
	case OriginConst:
		w.dflt++ // nil: the default transport
	case OriginCall:
		w.call(o)
	case OriginObject:
		if a, ok := o.Value.(*ssa.Alloc); ok {
			w.object(a)
			return
		}
		w.unk++
	case OriginGlobal:
		if g, ok := o.Value.(*ssa.Global); ok {
			if v, ok := g.Object().(*types.Var); ok && library.GlobalOf(v) != nil {
				w.dflt++
				return
			}
		}
		w.unk++
	case OriginField:
		if o.Field != nil && o.Base != nil {
			if t := library.TypeOf(o.Base.Type()); t != nil && t.Retries && t.Kind == "client" {
				w.by = true // the plain client inside a retrying one
				w.no = append(w.no, o.Pos())
				return
			}
		}
		w.unk++
	default:
		w.unk++
	}
}

func (w *clientWalk) call(o Origin) {
	if w.seen[o.Call] {
		return
	}
	w.seen[o.Call] = true
	common := o.Call.Common()
	lib := library.FuncOf(calleeOf(common))
	if lib == nil || lib.Client == nil {
		w.unk++
		return
	}
	c := lib.Client
	switch {
	case c.Retries:
		w.yes++
		w.made = w.made || o.Call.Parent().Parent() == nil
	case c.MayRetry || c.Auth || c.Source != nil:
		w.unk++
	case c.Transport != nil:
		w.value(argAt(common, c.Transport))
	case c.From != nil:
		from := argAt(common, c.From)
		if from == nil {
			w.unk++
			return
		}
		if w.setRetries(from) && isNamed(resultType(common), "net/http", "Client") {
			w.by = true
			w.no = append(w.no, o.Call.Pos())
			return
		}
		w.value(from)
	default:
		if w.setRetries(o.Call.Value()) {
			w.yes++
			w.made = true
			return
		}
		w.no = append(w.no, o.Call.Pos())
	}
}

func resultType(c *ssa.CallCommon) types.Type {
	if r := c.Signature().Results(); r.Len() > 0 {
		return r.At(0).Type()
	}
	return types.Typ[types.Invalid]
}

// setRetries reports whether the package tells clients of this library type to
// retry: it calls the setter of their retry count with something but 0.
func (w *clientWalk) setRetries(v ssa.Value) bool {
	if v == nil {
		return false
	}
	typ := library.TypeOf(v.Type())
	if typ == nil || typ.Kind != "client" {
		return false
	}
	for _, fn := range w.m.SSA().Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				lib := library.FuncOf(calleeOf(call.Common()))
				if lib == nil || lib.Client == nil || lib.Client.RetryCount == nil {
					continue
				}
				recv := receiver(call.Common())
				if recv == nil || library.TypeOf(recv.Type()) != typ {
					continue
				}
				if c, ok := argAt(call.Common(), lib.Client.RetryCount).(*ssa.Const); ok && c.Value != nil && constant.Sign(c.Value) == 0 {
					continue
				}
				return true
			}
		}
	}
	return false
}

// object resolves a client or transport that the package makes itself.
func (w *clientWalk) object(a *ssa.Alloc) {
	if w.seen[a] {
		return
	}
	w.seen[a] = true
	elem := a.Type().Underlying().(*types.Pointer).Elem()
	if typ := library.TypeOf(elem); typ != nil {
		switch {
		case typ.Retries:
			w.yes++
		case typ.Kind == "client":
			t, set := w.m.rolesOf(a)["transport"]
			if !set {
				if w.m.storedWhole(a) {
					w.unk++
					return
				}
				w.no = append(w.no, a.Pos())
				return
			}
			before := w.dflt
			w.value(t)
			if w.dflt > before {
				w.dflt = before
				w.no = append(w.no, a.Pos())
			}
		case typ.Kind == "transport":
			w.inner(a, elem)
		default:
			w.unk++
		}
		return
	}
	w.roundTripper(a, elem)
}

// inner resolves a library's transport by the one that it wraps, if any.
func (w *clientWalk) inner(a *ssa.Alloc, elem types.Type) {
	st, ok := elem.Underlying().(*types.Struct)
	if !ok {
		w.unk++
		return
	}
	for i := range st.NumFields() {
		if !sends(st.Field(i).Type()) {
			continue
		}
		set := storesOf(a, i)
		if len(set) == 0 {
			w.dflt++
		}
		for _, v := range set {
			w.value(v)
		}
		return
	}
	w.no = append(w.no, a.Pos())
}

// roundTripper resolves a transport of a type of the package.
func (w *clientWalk) roundTripper(a *ssa.Alloc, elem types.Type) {
	n, ok := types.Unalias(elem).(*types.Named)
	if !ok || n.Obj().Pkg() != w.m.pass.Pkg {
		w.unk++
		return
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), "RoundTrip")
	fn, ok := obj.(*types.Func)
	if !ok {
		if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), "Do"); obj != nil {
			fn, ok = obj.(*types.Func)
		}
		if !ok {
			w.unk++
			return
		}
	}
	retried, known := w.m.Repeats(fn)
	switch {
	case !known:
		w.unk++
		return
	case retried.Has(play.NetError | play.ServerError):
		w.yes++
		w.made = w.made || a.Parent().Parent() == nil
		return
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		w.unk++
		return
	}
	found := false
	for i := range st.NumFields() {
		f := st.Field(i)
		if !sends(f.Type()) {
			continue
		}
		found = true
		if own := storesOf(a, i); len(own) > 0 {
			for _, v := range own { // this object's own field, not every one's
				w.value(v)
			}
			continue
		}
		stores, complete := w.m.FieldStores(f)
		if !complete && len(stores) == 0 {
			w.unk++
			continue
		}
		for _, s := range stores {
			w.value(s.Val)
		}
	}
	if !found {
		w.no = append(w.no, a.Pos())
	}
}

// storesOf returns what is stored to a field of an object where it is made.
func storesOf(a *ssa.Alloc, field int) []ssa.Value {
	var list []ssa.Value
	for _, ref := range *a.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok || fa.Field != field {
			continue
		}
		for _, use := range *fa.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == fa {
				list = append(list, st.Val)
			}
		}
	}
	return list
}

// sends reports whether a type is a client or transport, or an interface with
// RoundTrip or Do.
func sends(t types.Type) bool {
	if typ := library.TypeOf(t); typ != nil && (typ.Kind == "client" || typ.Kind == "transport") {
		return true
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range i.Methods() {
		if m.Name() == "RoundTrip" || m.Name() == "Do" {
			return true
		}
	}
	return false
}

// Repeats returns the outcomes after which a function of the package sends
// again, and whether that is known.
func (m *Model) Repeats(fn *types.Func) (play.Outcomes, bool) {
	var retried play.Outcomes
	found := false
	for _, s := range m.Sends() {
		if outermost(s.Fn).Object() != types.Object(fn.Origin()) {
			continue
		}
		found = true
		r := s.Play()
		if r.Overflow {
			return 0, false
		}
		for _, e := range r.Ends {
			if e.Kind == play.Repeats {
				retried |= e.Out
			}
		}
		if s.Table != nil {
			retried |= s.Table.Retried
		}
	}
	return retried, found
}

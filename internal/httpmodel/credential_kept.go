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

// A KeptToken is a place where an access token outlives the call that got it.
type KeptToken struct {
	Field  *types.Var  // a field, or
	Global *ssa.Global // a variable, or
	Source *ssa.Call   // a static token source, or
	place  string      // somewhere without a name: a client's headers, a function literal
	// Store puts the token there.
	Store  ssa.Instruction
	option token.Pos // the call that makes an option of the token, for a store in the option
	// Guard is the test that skips fetching while there is a token ("" is not
	// asked again), if any.
	Guard token.Pos
	// Header is a place that sends it.
	Header token.Pos
	// Forever reports whether it stays as long as its owner: nothing that the
	// package shows ever puts a newer one there.
	Forever Answer
}

// Pos is the place that keeps the token.
func (k *KeptToken) Pos() token.Pos {
	if k.option.IsValid() {
		return k.option
	}
	if mc, ok := k.Store.(*ssa.MakeClosure); ok {
		return mc.Fn.Pos()
	}
	return k.Store.Pos()
}

// Name names the place for a message.
func (k *KeptToken) Name() string {
	switch {
	case k.Field != nil:
		return k.Field.Name()
	case k.Global != nil:
		return k.Global.Name()
	}
	if k.place != "" {
		return k.place
	}
	return "a static token source"
}

// IsAuthHeader reports whether a header's name says that it authenticates.
func IsAuthHeader(name string) bool {
	name = strings.ToLower(name)
	return name == "authorization" || name == "cookie" || strings.Contains(name, "token") ||
		strings.Contains(name, "auth") || strings.Contains(name, "session") || strings.Contains(name, "api-key")
}

// keptPlaces finds the fields and variables that hold a credential, as text or
// with the whole answer around it.
func (m *Model) keptPlaces(c *Credential) []*KeptToken {
	k := &keeper{m: m, ix: m.flow(), cred: c}
	for _, v := range c.Values {
		k.text(v)
	}
	k.whole()
	return k.list
}

type keeper struct {
	m    *Model
	ix   *flowIndex
	cred *Credential
	list []*KeptToken
}

// text looks at the places where the token's text is stored.
func (k *keeper) text(v ssa.Value) {
	// A read of a place that holds the whole answer is handled by whole.
	if k.fromHeldAnswer(v) || k.fromHeldToken(v) {
		return
	}
	if load, ok := v.(*ssa.UnOp); ok {
		if fv, ok := ownerOf(load.X).(*ssa.FreeVar); ok {
			k.capturedAnswer(v, fv)
			return
		}
	}
	for _, s := range k.m.Sinks(v) {
		switch s.Kind {
		case SinkField:
			if f := s.Field; f.Pkg() == k.m.pass.Pkg {
				k.add(&KeptToken{Field: f, Store: s.Instr, option: k.optionOf(v, s.Instr)}, k.ix.loads[f])
			} else {
				k.libraryToken(s)
			}
		case SinkGlobal:
			k.add(&KeptToken{Global: s.Global, Store: s.Instr}, k.ix.globals[s.Global].loads)
		case SinkHeader:
			k.defaults(s)
		case SinkCaptured:
			k.captured(s)
		}
	}
}

// optionOf returns where the token is made an option, for a store in the
// function literal that the option is.
func (k *keeper) optionOf(v ssa.Value, store ssa.Instruction) token.Pos {
	maker := store.Parent().Parent()
	if maker == nil || maker == v.Parent() || v.Referrers() == nil {
		return token.NoPos
	}
	for _, ref := range *v.Referrers() {
		if call, ok := ref.(*ssa.Call); ok && staticCallee(&call.Call) == genericOrigin(maker) {
			return call.Pos()
		}
	}
	return token.NoPos
}

// defaults looks at headers that go with every request: those of a library's
// client, and a map that is kept.
func (k *keeper) defaults(s Sink) {
	kept := &KeptToken{Store: s.Instr, Header: s.Instr.Pos()}
	var carrier ssa.Value
	switch instr := s.Instr.(type) {
	case *ssa.Call:
		if len(instr.Call.Args) == 0 {
			return
		}
		carrier = instr.Call.Args[0]
		if ct, ok := carrier.(*ssa.ChangeType); ok {
			carrier = ct.X
		}
		_, made := carrier.(*ssa.MakeMap)
		t := k.m.lib.TypeOf(carrier.Type())
		switch {
		case made && !k.changedLater(carrier):
			kept.place = "a map of headers"
		case t != nil && t.Kind == "client":
			kept.place = "the client's headers"
		default:
			return
		}
	case *ssa.MapUpdate:
		carrier = instr.Map
		if _, made := carrier.(*ssa.MakeMap); !made {
			return
		}
		kept.place = "a map of headers"
	default:
		return
	}
	if _, made := carrier.(*ssa.MakeMap); k.ix.main && !k.m.longLived() || !made && k.setElsewhere(s) || inLoop(s.Instr.Block()) {
		return
	}
	if owner := ownerOf(carrier); owner != nil && k.isMade(owner) && k.objectOutlives(owner, 0) {
		kept.Forever = Yes
		k.list = append(k.list, kept)
	}
}

// isMade reports whether a value is an object that is made in this function.
func (k *keeper) isMade(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.MakeMap, *ssa.MakeClosure:
		return true
	case *ssa.Call:
		f := k.m.lib.FuncOf(CalleeObject(v))
		if recv := fluent(v); recv != nil {
			return k.isMade(recv)
		}
		return f != nil && f.Client != nil || k.isFresh(v)
	}
	return k.isFresh(v)
}

// fluent returns the client that a method of it configures and returns, or nil.
func fluent(call *ssa.Call) ssa.Value {
	fn := CalleeObject(call)
	if fn == nil || fn.Signature().Recv() == nil || len(call.Call.Args) == 0 || !types.Identical(call.Call.Args[0].Type(), call.Type()) {
		return nil
	}
	if t := library.TypeOf(call.Type()); t == nil || t.Kind != "client" {
		return nil
	}
	return call.Call.Args[0]
}

// changedLater reports whether the fields that a map of headers is stored to
// are set a second time, or the map in them is written.
func (k *keeper) changedLater(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.ChangeType:
			if k.changedLater(ref) {
				return true
			}
		case *ssa.Store:
			fa, ok := ref.Addr.(*ssa.FieldAddr)
			if !ok || ref.Val != v {
				continue
			}
			f := structField(fa.X.Type(), fa.Field)
			if f == nil || len(k.ix.stores[f]) != 1 || k.ix.leaks[f] {
				return true
			}
			for _, load := range k.ix.loads[f] {
				if k.written(load) {
					return true
				}
			}
		}
	}
	return false
}

// written reports whether a map of headers is written where it is read.
func (k *keeper) written(load ssa.Value) bool {
	for _, ref := range *load.Referrers() {
		switch ref := ref.(type) {
		case *ssa.MapUpdate:
			return true
		case ssa.CallInstruction:
			if f := k.m.lib.FuncOf(CalleeObject(ref)); f != nil && f.SetHeader != nil {
				return true
			}
		}
	}
	return false
}

// setElsewhere reports whether the package sets a client's authentication in
// a second place: it may be the renewal.
func (k *keeper) setElsewhere(s Sink) bool {
	call, ok := s.Instr.(*ssa.Call)
	if !ok {
		return false
	}
	n := namedOf(call.Call.Args[0].Type())
	for other := range lazyssa.Each[*ssa.Call](k.ix.funcs...) {
		if other == call || len(other.Call.Args) == 0 || namedOf(other.Call.Args[0].Type()) != n {
			continue
		}
		if f := k.m.lib.FuncOf(CalleeObject(other)); f != nil && f.SetHeader != nil {
			if f.SetHeader.Fixed != "" && IsAuthHeader(f.SetHeader.Fixed) || CalleeObject(other) == CalleeObject(call) {
				return true
			}
		}
	}
	return false
}

// captured looks at a function literal that keeps the token and sets it as a
// header whenever it is called.
func (k *keeper) captured(s Sink) {
	mc, ok := s.Instr.(*ssa.MakeClosure)
	if !ok || inLoop(mc.Block()) || k.ix.main && !k.m.longLived() {
		return
	}
	if a, ok := s.Value.(*ssa.Alloc); ok && len(k.ix.cellUses(a).stores) != 1 {
		return // set again somewhere: it may be renewed
	}
	fn := mc.Fn.(*ssa.Function)
	header := token.NoPos
	for i, b := range mc.Bindings {
		if b != s.Value || i >= len(fn.FreeVars) {
			continue
		}
		for _, out := range k.m.Sinks(fn.FreeVars[i]) {
			if out.Kind == SinkHeader && (out.Name == "" || IsAuthHeader(out.Name)) && out.Instr.Parent() == fn {
				header = out.Instr.Pos()
			}
		}
	}
	if header.IsValid() && k.objectOutlives(mc, 0) {
		k.list = append(k.list, &KeptToken{place: "a function literal", Store: mc, Header: header, Forever: Yes})
	}
}

// capturedAnswer looks at a function literal that keeps the answer, or the
// library's token, and sets its text as a header whenever it is called.
func (k *keeper) capturedAnswer(v ssa.Value, fv *ssa.FreeVar) {
	fn := fv.Parent()
	made := k.ix.closures[genericOrigin(fn)]
	bound := k.ix.bindings(fv)
	if len(made) != 1 || len(bound) != 1 || inLoop(made[0].Block()) || k.ix.main && !k.m.longLived() {
		return
	}
	a, ok := bound[0].(*ssa.Alloc)
	if !ok || a.Parent() != made[0].Parent() {
		return
	}
	if uses := k.ix.cellUses(a); len(uses.stores)+len(uses.fills) != 1 || uses.leaks || k.writtenIn(fn, uses) {
		return // written again somewhere: it may be renewed
	}
	if header := k.sentAt([]ssa.Value{v}); header.IsValid() && k.objectOutlives(made[0], 0) {
		k.list = append(k.list, &KeptToken{place: "a function literal", Store: made[0], Header: header, Forever: Yes})
	}
}

// writtenIn reports whether a function itself writes the variable.
func (k *keeper) writtenIn(fn *ssa.Function, uses cellUse) bool {
	for _, st := range uses.stores {
		if st.Parent() == fn {
			return true
		}
	}
	for _, call := range uses.fills {
		if call.Parent() == fn {
			return true
		}
	}
	return false
}

// fromHeldToken reports whether a text is read from a field that holds the
// token of another package.
func (k *keeper) fromHeldToken(v ssa.Value) bool {
	return slices.ContainsFunc(k.cred.held, func(h heldToken) bool { return k.readsThroughField(v, h.field) })
}

func (k *keeper) fromHeldAnswer(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	if a, ok := ownerOf(fa.X).(*ssa.Alloc); ok && len(k.ix.cellUses(a).fills) > 0 && isPartOf(fa.X, a) {
		return false // a part of the decoded variable
	}
	return k.heldBase(fa.X)
}

// isPartOf reports whether an address is that of a variable or inside it.
func isPartOf(addr ssa.Value, a *ssa.Alloc) bool {
	for {
		fa, ok := addr.(*ssa.FieldAddr)
		if !ok {
			return addr == a
		}
		addr = fa.X
	}
}

// heldBase reports whether a struct's address is that of a field or variable,
// or was read from one.
func (k *keeper) heldBase(v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.FieldAddr, *ssa.Global:
		return true
	case *ssa.UnOp:
		return x.Op == token.MUL && k.heldBase(x.X)
	}
	return false
}

// libraryToken looks at a token value of a library that is made of the text:
// &oauth2.Token{AccessToken: text}, kept in a static source.
func (k *keeper) libraryToken(s Sink) {
	fa, ok := s.Instr.(*ssa.Store).Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	t := k.m.lib.TypeOf(fa.X.Type())
	if t == nil || t.Kind != "token" || fa.X.Referrers() == nil {
		return
	}
	for _, ref := range *fa.X.Referrers() {
		if other, ok := ref.(*ssa.FieldAddr); ok {
			switch t.Fields[structField(other.X.Type(), other.Field).Name()] {
			case "expiry", "expires-in", "refresh-token":
				return // it renews, or its owner can see that it is over
			}
		}
	}
	for _, ref := range *fa.X.Referrers() {
		if call, ok := ref.(*ssa.Call); ok {
			k.static(call, fa.X)
		}
	}
}

// static notes a static token source over the token.
func (k *keeper) static(call *ssa.Call, tok ssa.Value) {
	f := k.m.lib.FuncOf(CalleeObject(call))
	if f == nil || f.Token == nil || f.Token.Kind != "static" || f.Token.Token == nil {
		return
	}
	if argument(call, int(*f.Token.Token)) != tok {
		return
	}
	kept := &KeptToken{Source: call, Store: call, Header: call.Pos()}
	if k.objectOutlives(call, 0) {
		kept.Forever = Yes
	}
	k.list = append(k.list, kept)
}

// whole looks at the places that hold the answer, or the library's token, with
// the text in it.
func (k *keeper) whole() {
	if k.cred.Source == SourceLibrary {
		for _, s := range k.m.Sinks(k.cred.Holder) {
			if s.Kind == SinkField && s.Field.Pkg() == k.m.pass.Pkg {
				k.addHolder(&KeptToken{Field: s.Field, Store: s.Instr}, k.ix.loads[s.Field])
			}
			if s.Kind == SinkGlobal {
				k.addHolder(&KeptToken{Global: s.Global, Store: s.Instr}, k.ix.globals[s.Global].loads)
			}
		}
		for _, ref := range *k.cred.Holder.Referrers() {
			if call, ok := ref.(*ssa.Call); ok {
				k.static(call, k.cred.Holder)
			}
		}
		return
	}
	for _, h := range k.cred.held {
		k.add(&KeptToken{Field: h.field, Store: h.store}, k.cred.Values)
	}
	if k.cred.Source != SourceEndpoint {
		return
	}
	for _, f := range k.answerFields() {
		var texts []ssa.Value
		for _, v := range k.cred.Values {
			if k.readsThroughField(v, f) {
				texts = append(texts, v)
			}
		}
		for _, st := range k.ix.stores[f] {
			if !isZero(st.Val) {
				k.add(&KeptToken{Field: f, Store: st}, texts)
			}
		}
		for _, fill := range k.ix.fieldFills[f] {
			k.add(&KeptToken{Field: f, Store: fill.call}, texts)
		}
	}
	for g, use := range k.ix.globals {
		if !isStructOf(g.Type().(*types.Pointer).Elem(), k.cred.Answer) || g.Pkg != k.ix.pkg.SSA {
			continue
		}
		var texts []ssa.Value
		for _, v := range k.cred.Values {
			if k.readsThroughGlobal(v, g) {
				texts = append(texts, v)
			}
		}
		for _, st := range use.stores {
			if !isZero(st.Val) {
				k.add(&KeptToken{Global: g, Store: st}, texts)
			}
		}
	}
}

// answerFields returns the fields of the answer's type which are stored
// somewhere, in source order.
func (k *keeper) answerFields() []*types.Var {
	var list []*types.Var
	for f := range k.ix.stores {
		if f != nil && f.Pkg() == k.m.pass.Pkg && isStructOf(f.Type(), k.cred.Answer) {
			list = append(list, f)
		}
	}
	for f := range k.ix.fieldFills {
		if f != nil && f.Pkg() == k.m.pass.Pkg && isStructOf(f.Type(), k.cred.Answer) && len(k.ix.stores[f]) == 0 {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *types.Var) int { return int(a.Pos() - b.Pos()) })
	return list
}

func (k *keeper) readsThroughField(v ssa.Value, f *types.Var) bool {
	return k.readsThrough(v, func(base ssa.Value) bool {
		fa, ok := base.(*ssa.FieldAddr)
		return ok && structField(fa.X.Type(), fa.Field) == f
	})
}

func (k *keeper) readsThroughGlobal(v ssa.Value, g *ssa.Global) bool {
	return k.readsThrough(v, func(base ssa.Value) bool { return base == g })
}

func (k *keeper) readsThrough(v ssa.Value, is func(ssa.Value) bool) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	base := fa.X
	if l, ok := base.(*ssa.UnOp); ok && l.Op == token.MUL {
		base = l.X
	}
	return is(base)
}

// addHolder adds a place that holds a library's token, unless the package asks
// the token whether it is still valid or gives it to code that may.
func (k *keeper) addHolder(kept *KeptToken, loads []ssa.Value) {
	var texts []ssa.Value
	for _, load := range loads {
		if load.Referrers() == nil {
			return
		}
		for _, ref := range *load.Referrers() {
			switch ref := ref.(type) {
			case *ssa.DebugRef:
			case *ssa.FieldAddr:
				reads := tokenReads(ref)
				if reads == nil {
					return
				}
				texts = append(texts, reads...)
			case *ssa.BinOp: // compared with nil
			default:
				return
			}
		}
	}
	k.add(kept, texts)
}

// add decides how long a place keeps its token. reads are the token's text as
// read from the place.
func (k *keeper) add(kept *KeptToken, reads []ssa.Value) {
	for i, other := range k.list {
		if other.Field == kept.Field && other.Global == kept.Global && other.Source == nil && other.place == "" {
			if other.Store == kept.Store {
				return
			}
			// Several stores: each has to be made once.
			if k.list[i].Forever == Yes {
				k.list[i].Forever, k.list[i].Guard = k.forever(kept)
			}
			return
		}
	}
	kept.Header = k.sentAt(reads)
	if !kept.Header.IsValid() {
		return // not seen to be sent: not a token in use here
	}
	kept.Forever, kept.Guard = k.forever(kept)
	k.list = append(k.list, kept)
}

// sentAt returns a place where the text is set as a header.
func (k *keeper) sentAt(reads []ssa.Value) token.Pos {
	for _, v := range reads {
		for _, s := range k.m.Sinks(v) {
			switch {
			case s.Kind == SinkSecret, s.Kind == SinkQuery, s.Kind == SinkHeader && (s.Name == "" || IsAuthHeader(s.Name)):
				return s.Instr.Pos()
			}
		}
	}
	return token.NoPos
}

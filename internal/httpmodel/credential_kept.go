package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A KeptToken is a place where an access token outlives the call that got it.
type KeptToken struct {
	Field  *types.Var  // a field, or
	Global *ssa.Global // a variable, or
	Source *ssa.Call   // a static token source
	// Store puts the token there.
	Store ssa.Instruction
	// Guard is the test that skips fetching while there is a token ("" is not
	// asked again), if any.
	Guard token.Pos
	// Header is a place that sends it.
	Header token.Pos
	// Forever reports whether it stays as long as its owner: nothing that the
	// package shows ever puts a newer one there.
	Forever Answer
}

// Name names the place for a message.
func (k *KeptToken) Name() string {
	switch {
	case k.Field != nil:
		return k.Field.Name()
	case k.Global != nil:
		return k.Global.Name()
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
	if k.fromHeldAnswer(v) {
		return
	}
	for _, s := range k.m.Sinks(v) {
		switch s.Kind {
		case SinkField:
			if f := s.Field; f.Pkg() == k.m.pass.Pkg {
				k.add(&KeptToken{Field: f, Store: s.Instr}, k.ix.loads[f])
			} else {
				k.libraryToken(s)
			}
		case SinkGlobal:
			k.add(&KeptToken{Global: s.Global, Store: s.Instr}, k.ix.globals[s.Global].loads)
		}
	}
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
	return k.heldBase(fa.X)
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
	t := library.TypeOf(fa.X.Type())
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
	f := library.FuncOf(CalleeObject(call))
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
	if k.cred.Source != SourceEndpoint || k.cred.Answer.Name == nil {
		return
	}
	name := k.cred.Answer.Name
	for _, f := range k.fieldsOf(name) {
		var texts []ssa.Value
		for _, v := range k.cred.Values {
			if k.readsThroughField(v, f) {
				texts = append(texts, v)
			}
		}
		for _, st := range k.ix.stores[f] {
			if !isNilOrZero(st.Val) {
				k.add(&KeptToken{Field: f, Store: st}, texts)
			}
		}
	}
	for g, use := range k.ix.globals {
		if namedOf(g.Type()) != name || g.Pkg != k.ix.pkg.SSA {
			continue
		}
		var texts []ssa.Value
		for _, v := range k.cred.Values {
			if k.readsThroughGlobal(v, g) {
				texts = append(texts, v)
			}
		}
		for _, st := range use.stores {
			if !isNilOrZero(st.Val) {
				k.add(&KeptToken{Global: g, Store: st}, texts)
			}
		}
	}
}

// fieldsOf returns the fields of that type which are stored somewhere, in
// source order.
func (k *keeper) fieldsOf(name *types.TypeName) []*types.Var {
	var list []*types.Var
	for f := range k.ix.stores {
		if f != nil && f.Pkg() == k.m.pass.Pkg && namedOf(f.Type()) == name {
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
		if other.Field == kept.Field && other.Global == kept.Global && other.Source == nil {
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
			case s.Kind == SinkSecret, s.Kind == SinkHeader && (s.Name == "" || IsAuthHeader(s.Name)):
				return s.Instr.Pos()
			}
		}
	}
	return token.NoPos
}

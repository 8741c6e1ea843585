package httpmodel

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
	"github.com/apivet/apivet/internal/provider"
)

// A LostID is the name that a vendor gave to one error answer, by which its
// support finds it, and which no error and no log of the program has.
type LostID struct {
	Pos    token.Pos
	Name   string     // of the member or header
	Field  *types.Var // that it is decoded into; nil where the type lacks it
	Kept   *types.Var // that it is put into and that nothing reads, or nil
	Vendor string     // of a type that lacks it
	Errors []token.Pos
}

// LostIDs returns the identifiers of error answers that get lost.
func (m *Model) LostIDs() []LostID {
	list := append(m.unreadIDs(), m.missingIDs()...)
	list = append(list, m.lostHeaders()...)
	slices.SortFunc(list, func(a, b LostID) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// isIDName reports whether a member or header of that name tells one answer
// from all others.
func isIDName(name string) bool {
	switch strings.TrimPrefix(strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name)), "x") {
	case "correlationid", "traceid", "requestid", "debugid", "supportid", "amznrequestid", "amzrequestid", "msrequestid", "githubrequestid":
		return true
	}
	return false
}

// unreadIDs returns the fields that the identifier of an error answer is
// decoded into and that nothing reads, although an error is made of what stands
// beside them and the answer's text is not kept.
func (m *Model) unreadIDs() []LostID {
	found := map[*types.Var]LostID{}
	kept := map[*types.Var]bool{}
	for _, p := range m.plays() {
		for _, e := range p.Ends {
			for _, d := range e.Decoded {
				f, name := m.idField(d.Type, 0, map[types.Type]bool{})
				if f == nil || kept[f] {
					continue
				}
				if m.rawKept(d, e) || p.send != nil && p.send.carriesAnswer(e) && e.Out&good != good {
					kept[f] = true
					continue
				}
				if e.Kind != play.Returns || !d.Out.Has(refused) || !p.tellsOfAnswer(e) {
					continue
				}
				if lost, ok := m.lostField(f); ok {
					lost.Name = name
					found[f] = lost
				}
			}
		}
	}
	var list []LostID
	for f, lost := range found {
		if !kept[f] {
			list = append(list, lost)
		}
	}
	return list
}

// tellsOfAnswer reports whether a path ends with an error that is made of a
// decoded error answer, and is not the failure to decode it.
func (p played) tellsOfAnswer(e play.End) bool {
	err := p.failure(e)
	return err != nil && (err.K == play.NonNil || err.K == play.Ptr) && err.T&play.FromDecode == 0 && (err.T&play.FromData != 0 || e.Out&good != good)
}

// lostField reports whether nothing can look at what is decoded into a field.
func (m *Model) lostField(f *types.Var) (LostID, bool) {
	use := m.FieldUse(f)
	if f.Pkg() != m.pass.Pkg || use.Aliased || use.Foreign || len(use.Reflected) > 0 {
		return LostID{}, false
	}
	if len(use.Reads) == 0 && len(m.FieldLoads(f)) == 0 {
		return LostID{Pos: f.Pos(), Field: f}, true
	}
	away, ok := m.putAway(f)
	return LostID{Pos: away.Pos, Field: f, Kept: away.Kept}, ok
}

// idField returns the field of a document that holds the identifier of an
// error answer: beside it, or in what stands beside it, is what went wrong.
func (m *Model) idField(t types.Type, depth int, seen map[types.Type]bool) (f *types.Var, name string) {
	if t == nil || depth > 3 {
		return nil, ""
	}
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || seen[t] || decodesItself(t) {
		return nil, ""
	}
	seen[t] = true
	errorBeside := false
	for i := range st.NumFields() {
		name := jsonName(st.Tag(i), st.Field(i).Name())
		errorBeside = errorBeside || play.TellsError(name) || ListOf(st, i)
		switch strings.ToLower(name) {
		case "code", "message", "title", "detail", "error", "errors":
			errorBeside = true
		}
	}
	for i := range st.NumFields() {
		name := jsonName(st.Tag(i), st.Field(i).Name())
		if b, ok := st.Field(i).Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 && errorBeside && isIDName(name) {
			return st.Field(i).Origin(), name
		}
	}
	for inner := range st.Fields() {
		if f, name := m.idField(inner.Type(), depth+1, seen); f != nil {
			return f, name
		}
	}
	return nil, ""
}

// missingIDs returns the types that a vendor's error answers are decoded into
// and that have no place for the identifier.
func (m *Model) missingIDs() []LostID {
	var found lackingTypes
	for _, p := range m.plays() {
		profile := m.vendorOf(p)
		if profile == nil {
			continue
		}
		for _, e := range p.Ends {
			if d, schema := m.lacksID(p, e, profile); schema != nil {
				found.add(d, profile.Name, schema, p.failure(e).At)
			}
		}
	}
	var list []LostID
	for _, t := range found.list {
		list = append(list, LostID{Pos: t.Pos, Name: t.Schema.ID, Vendor: t.Vendor, Errors: t.Errors})
	}
	return list
}

// lacksID returns the decode of a path on which the identifier gets lost, with
// the schema that says so; nil where it may be kept.
func (m *Model) lacksID(p played, e play.End, profile *provider.Profile) (play.Decoding, *provider.ErrorSchema) {
	if e.Kind != play.Returns || e.CameFailed || !e.Out.Has(refused) || e.Out&good == good || !p.tellsOfAnswer(e) || e.Flags&play.HeaderSeen != 0 || p.send != nil && p.send.carriesAnswer(e) {
		return play.Decoding{}, nil
	}
	var found play.Decoding
	var schema *provider.ErrorSchema
	for _, d := range e.Decoded {
		if !d.Out.Has(refused) {
			continue // filled by good answers only
		}
		i := slices.IndexFunc(profile.Errors, func(s provider.ErrorSchema) bool { return isSchemaWithoutID(d.Type, &s) })
		if i < 0 || m.rawKept(d, e) {
			return play.Decoding{}, nil
		}
		found, schema = d, &profile.Errors[i]
	}
	return found, schema
}

// isSchemaWithoutID reports whether a type is that of an error answer of the
// shape, and has no place for the identifier.
func isSchemaWithoutID(t types.Type, s *provider.ErrorSchema) bool {
	if s.ID == "" || placeOf(t, s.ID) != placeAbsent {
		return false
	}
	if s.List != "" && placeOf(t, s.List) == placePresent {
		return true
	}
	return slices.ContainsFunc(s.Beside, func(place string) bool { return strings.Contains(place, ".") && placeOf(t, place) == placePresent })
}

// lostHeaders returns the reads of an identifier from an answer's headers that
// go nowhere but into a field which nothing reads.
func (m *Model) lostHeaders() []LostID {
	var list []LostID
	for call := range lazyssa.Each[*ssa.Call](m.SSA().Funcs...) {
		recv := receiver(&call.Call)
		if recv == nil || calledName(&call.Call) != "Get" || !isNamed(recv.Type(), "net/http", "Header") || len(call.Call.Args) < 2 {
			continue
		}
		name, _ := constString(call.Call.Args[1])
		if !isIDName(name) || !m.ofAnswer(recv) {
			continue
		}
		if kept := m.storedUnread(call); kept != nil {
			list = append(list, LostID{Pos: call.Pos(), Name: name, Kept: kept})
		}
	}
	return list
}

// ofAnswer reports whether headers are those of an answer.
func (m *Model) ofAnswer(headers ssa.Value) bool {
	load, ok := headers.(*ssa.UnOp)
	if !ok {
		return false
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	return ok && isNamed(fa.X.Type(), "net/http", "Response")
}

// storedUnread returns the field, which nothing reads, that is all a value
// goes to; nil where it goes elsewhere.
func (m *Model) storedUnread(v ssa.Value) *types.Var {
	var kept *types.Var
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Store:
			fa, ok := ref.Addr.(*ssa.FieldAddr)
			if !ok || ref.Val != v {
				return nil
			}
			f := structField(fa.X.Type(), fa.Field)
			if f == nil || !m.unread(f, namedOf(fa.X.Type())) {
				return nil
			}
			kept = f
		default:
			return nil
		}
	}
	return kept
}

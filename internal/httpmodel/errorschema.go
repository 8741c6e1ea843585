package httpmodel

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/play"
	"github.com/apivet/apivet/internal/provider"
)

// A MissingList is a type that error answers of a vendor are decoded into and
// that has no place for the list of details which the vendor sends.
type MissingList struct {
	Vendor string
	Schema *provider.ErrorSchema
	Pos    token.Pos   // the decode
	Errors []token.Pos // the errors that are made of the rest
}

// MissingLists returns the types that lack the list of details. The code
// around the decode is seen to make its error of the type alone: no raw body is
// kept, nothing that has the list is decoded beside it.
func (m *Model) MissingLists() []MissingList {
	var found lackingTypes
	for _, p := range m.plays() {
		profile := m.vendorOf(p)
		if profile == nil {
			continue
		}
		for _, e := range p.Ends {
			if d, schema := m.lacksList(p, e, profile); schema != nil {
				found.add(d, profile.Name, schema, cmp.Or(p.failure(e).At, e.Pos))
			}
		}
	}
	return found.list
}

// lackingTypes are types that lack a part of a vendor's error answers.
type lackingTypes struct {
	list []MissingList
	at   map[any]int // by type, or by place for a type without a name
}

// add notes a decode into such a type, and the error that is made there.
func (l *lackingTypes) add(d play.Decoding, vendor string, schema *provider.ErrorSchema, made token.Pos) {
	var key any = d.Pos
	if n := namedOf(d.Type); n != nil {
		key = n
	}
	i, known := l.at[key]
	if !known {
		if l.at == nil {
			l.at = map[any]int{}
		}
		i = len(l.list)
		l.at[key] = i
		l.list = append(l.list, MissingList{Vendor: vendor, Schema: schema, Pos: d.Pos})
	}
	if have := l.list[i].Errors; made.IsValid() && len(have) < 4 && !slices.Contains(have, made) {
		l.list[i].Errors = append(have, made)
	}
}

// vendorOf returns the vendor whose answers a play is about: that of the
// request's address or of the client's package, the one that the package is
// bound to, or the only one that it talks to.
func (m *Model) vendorOf(p played) *provider.Profile {
	if p.send != nil {
		if v := p.send.profile(); v != nil {
			return v
		}
		if _, constant := p.send.ConstantURL(); constant {
			return nil // somebody else's
		}
		if fn := p.send.Callee; fn != nil && fn.Pkg() != nil {
			if v := provider.OfPackage(fn.Pkg().Path()); v != nil {
				return v
			}
		}
	}
	known := m.config.Providers
	if v := known.Named(m.config.Provider); v != nil {
		return v
	}
	if v := m.facts.Vendors; v != nil && len(v.Vendors) == 1 && !v.Others {
		return known.Named(v.Vendors[0])
	}
	return nil
}

// lacksList returns the decode of a path on which an error answer's details
// get lost, with the schema that says so; nil where they may be kept.
func (m *Model) lacksList(p played, e play.End, profile *provider.Profile) (play.Decoding, *provider.ErrorSchema) {
	err := p.failure(e)
	if e.Kind != play.Returns || e.CameFailed || !e.Out.Has(refused) || err == nil || err.K != play.NonNil ||
		err.T&play.FromData == 0 || p.send != nil && p.send.carriesAnswer(e) {
		return play.Decoding{}, nil
	}
	var found play.Decoding
	var schema *provider.ErrorSchema
	for _, d := range e.Decoded {
		if !d.Out.Has(refused) {
			continue // filled by good answers only
		}
		s := m.misses(d, e, profile)
		if s == nil {
			return play.Decoding{}, nil
		}
		found, schema = d, s
	}
	return found, schema
}

// misses returns the vendor's schema whose siblings a decoded type has, and
// whose list it lacks.
func (m *Model) misses(d play.Decoding, e play.End, profile *provider.Profile) *provider.ErrorSchema {
	if m.rawKept(d, e) {
		return nil
	}
	errorOnly := e.Out&good != good
	for i := range profile.Errors {
		s := &profile.Errors[i]
		if s.List == "" || placeOf(d.Type, s.List) != placeAbsent {
			continue
		}
		have, distinct := 0, errorOnly
		for _, place := range s.Beside {
			if placeOf(d.Type, place) == placePresent {
				have++
				distinct = distinct || place == s.ID || strings.Contains(place, ".")
			}
		}
		if have >= 2 && distinct {
			return s
		}
	}
	return nil
}

// A place in a document is in a type, is not, or may be.
type placeAnswer int

const (
	placeUnknown placeAnswer = iota // the type may hold anything there
	placeAbsent
	placePresent
)

// placeOf looks for a place of a document, JSON names joined by dots, in the
// type that it is decoded into, through at most 8 structs: a struct may embed
// a pointer to its own type.
func placeOf(t types.Type, place string) placeAnswer { return placeWithin(t, place, 8) }

func placeWithin(t types.Type, place string, depth int) placeAnswer {
	if t == nil || depth == 0 {
		return placeUnknown
	}
	name, rest, deeper := strings.Cut(place, ".")
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		if _, basic := t.Underlying().(*types.Basic); basic {
			return placeAbsent
		}
		return placeUnknown
	}
	if decodesItself(t) {
		return placeUnknown
	}
	answer := placeAbsent
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Embedded() && jsonName(st.Tag(i), "") == "" {
			if a := placeWithin(f.Type(), place, depth-1); a != placeAbsent {
				answer = a
			}
			continue
		}
		if !f.Exported() || !strings.EqualFold(jsonName(st.Tag(i), f.Name()), name) {
			continue
		}
		if !deeper {
			return placePresent
		}
		return placeWithin(f.Type(), rest, depth-1)
	}
	return answer
}

// decodesItself reports whether a type has a decoding of its own.
func decodesItself(t types.Type) bool {
	for _, name := range []string{"UnmarshalJSON", "UnmarshalText", "UnmarshalJSONFrom"} {
		if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, nil, name); obj != nil {
			return true
		}
	}
	return false
}

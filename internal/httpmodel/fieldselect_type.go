package httpmodel

import (
	"go/types"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/provider"
)

// maxFew is the greatest number of members that are few of an item.
const maxFew = 5

// few returns the members that the program has a use for of each item of a list,
// where those are few; nil where it may use more than the code shows, or where
// the answer is no list.
func (w *selectWalk) few(a selectAnswer) []string {
	if len(a.decodings) != 1 {
		return nil
	}
	item := itemOf(a.decodings[0].Type, a.vendor.Selects.In)
	st := plainStruct(item)
	if st == nil {
		return nil
	}
	var names []string
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Embedded() || !isPlain(f.Type()) {
			return nil // it may hold anything
		}
		if f.Exported() && w.m.FieldRead(f) != No {
			names = append(names, jsonName(st.Tag(i), f.Name()))
		}
	}
	if len(names) > maxFew {
		return nil
	}
	return names
}

// absent returns the members that the program decodes, and reads or hands out,
// and that the answer lacks because nobody asks for them.
func (w *selectWalk) absent(a selectAnswer, asked []string) []string {
	known := askedFor(a.vendor.Selects, asked)
	if known == nil {
		return nil
	}
	var names []string
	for _, d := range a.decodings {
		st := plainStruct(selectedOf(d.Type, a.vendor.Selects.In))
		if st == nil {
			return nil
		}
		for i := range st.NumFields() {
			f := st.Field(i)
			name := jsonName(st.Tag(i), f.Name())
			if !f.Exported() || f.Embedded() || name == "-" || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
				continue
			}
			if use := w.m.FieldUse(f); w.filledOnce(f) && (len(use.Reads) > 0 || use.Foreign) {
				names = append(names, name)
			}
		}
	}
	return names
}

// askedFor returns the members that an answer has; nil where that is not known.
func askedFor(s *provider.Selection, values []string) []string {
	known := append([]string{""}, s.Always...)
	for _, value := range values {
		if strings.Contains(value, Hole) {
			return nil
		}
		for _, name := range topLevel(value) {
			if name == s.Whole && s.Whole != "" {
				return nil // which members those are is not known here
			}
			name, _, _ = strings.Cut(name, "(")
			name, _, _ = strings.Cut(name, ".")
			known = append(known, strings.TrimSpace(name))
		}
	}
	return known
}

// topLevel splits a list at the commas that stand in no brackets.
func topLevel(list string) []string {
	depth := 0
	return strings.FieldsFunc(list, func(r rune) bool {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		return r == ',' && depth == 0
	})
}

// filledOnce reports whether a field gets its value from one answer only: another
// request may ask for other members of the same type, and other code may fill it.
func (w *selectWalk) filledOnce(f *types.Var) bool {
	use := w.m.FieldUse(f)
	return f.Pkg() == w.m.pass.Pkg && len(use.Decoded)+len(use.Reflected) <= 1 && len(use.Writes) == 0
}

// selectedOf returns the type of what is selected: the answer's member of that
// name, or an item of it where it is a list; nil where there is none.
func selectedOf(t types.Type, in string) types.Type {
	if in == "" {
		return throughLists(t)
	}
	st := plainStruct(t)
	if st == nil {
		return nil
	}
	for i := range st.NumFields() {
		if strings.EqualFold(jsonName(st.Tag(i), st.Field(i).Name()), in) {
			return throughLists(st.Field(i).Type())
		}
	}
	return nil
}

// itemOf returns the type of an item of the list that an answer holds, or is.
func itemOf(t types.Type, in string) types.Type {
	if isList(t) {
		return throughLists(t)
	}
	st := plainStruct(t)
	if st == nil {
		return nil
	}
	var item types.Type
	for i := range st.NumFields() {
		f := st.Field(i)
		if !isList(f.Type()) || in != "" && !strings.EqualFold(jsonName(st.Tag(i), f.Name()), in) {
			continue
		}
		if item != nil {
			return nil
		}
		item = throughLists(f.Type())
	}
	return item
}

// throughLists looks through a slice and pointers.
func throughLists(t types.Type) types.Type {
	for range 3 {
		t = types.Unalias(t)
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		default:
			return t
		}
	}
	return t
}

// plainStruct returns the struct that a type is or points at and that a decoder
// fills field by field, or nil.
func plainStruct(t types.Type) *types.Struct {
	if t == nil || decodesItself(throughLists(t)) {
		return nil
	}
	return structOf(t)
}

// isPlain reports whether a value has nothing below it: a text, a number, a
// time.
func isPlain(t types.Type) bool {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if isNamed(t, "time", "Time") {
		return true
	}
	_, basic := t.Underlying().(*types.Basic)
	return basic
}

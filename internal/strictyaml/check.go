package strictyaml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/apivet/apivet/internal/suggest"
)

// check holds the document against the type that it is decoded into.
func (d *Document) check(into any) error {
	return d.checkNode(d.body, reflect.TypeOf(into), nil)
}

func (d *Document) checkNode(n ast.Node, t reflect.Type, path Path) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	n = value(n)
	switch n.(type) {
	case *ast.NullNode, *ast.AliasNode, *ast.CommentNode, *ast.CommentGroupNode:
		return nil // an alias was checked where it stands for the first time
	}
	switch t.Kind() {
	case reflect.Struct:
		return d.checkStruct(n, t, path)
	case reflect.Map:
		pairs := entries(n)
		if pairs == nil && !isEmptyMapping(n) {
			return d.errorAt(n, path, "wants keys with values, such as {name: value}")
		}
		for _, e := range pairs {
			if err := d.checkNode(e.Value, t.Elem(), path.With(keyOf(e))); err != nil {
				return err
			}
		}
	case reflect.Slice:
		if _, ok := n.(*ast.SequenceNode); !ok {
			return d.errorAt(n, path, "wants a list, such as [a, b]")
		}
		for i, e := range elements(n) {
			if err := d.checkNode(e, t.Elem(), path.With(i)); err != nil {
				return err
			}
		}
	default:
		if want := scalar(t.Kind()); want.words != "" && !want.is(n) {
			return d.errorAt(n, path, "wants "+want.words)
		}
	}
	return nil
}

func (d *Document) checkStruct(n ast.Node, t reflect.Type, path Path) error {
	pairs := entries(n)
	if pairs == nil && !isEmptyMapping(n) {
		return d.errorAt(n, path, "wants keys with values: "+strings.Join(Keys(t), ", "))
	}
	fields := fieldsOf(t)
	for _, e := range pairs {
		if _, merge := e.Key.(*ast.MergeKeyNode); merge {
			continue // what is merged in was checked where it stands
		}
		key := keyOf(e)
		ft, ok := fields[key]
		if !ok {
			return d.errorAt(e.Key, path, fmt.Sprintf("unknown key %q%s", key, hint(key, Keys(t))))
		}
		if err := d.checkNode(e.Value, ft.Type, path.With(key)); err != nil {
			return err
		}
		if err := d.checkWords(e.Value, Words(ft), path.With(key)); err != nil {
			return err
		}
	}
	return nil
}

// Words returns the words that a field may hold, or its elements, by its tag
// enum; nil for any.
func Words(f reflect.StructField) []string { return strings.Fields(f.Tag.Get("enum")) }

func (d *Document) checkWords(n ast.Node, words []string, path Path) error {
	if len(words) == 0 {
		return nil
	}
	n = value(n)
	for i, e := range elements(n) {
		if err := d.checkWords(e, words, path.With(i)); err != nil {
			return err
		}
	}
	for _, e := range entries(n) {
		if err := d.checkWords(e.Value, words, path.With(keyOf(e))); err != nil {
			return err
		}
	}
	if s, ok := n.(ast.ScalarNode); ok {
		if word := s.GetToken().Value; !slices.Contains(words, word) && !is[*ast.NullNode](n) {
			return d.errorAt(n, path, fmt.Sprintf("%q is none of its words%s", word, hint(word, words)))
		}
	}
	return nil
}

// hint names the key that was meant or, of a few, all.
func hint(key string, known []string) string {
	if h := suggest.Hint(key, known); h != "" {
		return h
	}
	return "; known are " + strings.Join(known, ", ")
}

func keyOf(e *ast.MappingValueNode) string { return e.Key.GetToken().Value }

func isEmptyMapping(n ast.Node) bool {
	m, ok := n.(*ast.MappingNode)
	return ok && len(m.Values) == 0
}

// Keys returns the keys of a struct type in their order.
func Keys(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, inline := keyOfField(f)
		switch {
		case inline:
			keys = append(keys, Keys(f.Type)...)
		case name != "":
			keys = append(keys, name)
		}
	}
	return keys
}

// fieldsOf maps the keys of a struct type to its fields.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	fields := make(map[string]reflect.StructField)
	for i := range t.NumField() {
		f := t.Field(i)
		name, inline := keyOfField(f)
		if inline {
			for k, v := range fieldsOf(f.Type) {
				fields[k] = v
			}
		} else if name != "" {
			fields[name] = f
		}
	}
	return fields
}

// keyOfField returns the key of a field, or that its own fields stand in its
// place. A field without a key is no part of the document.
func keyOfField(f reflect.StructField) (key string, inline bool) {
	key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if options == "inline" {
		return "", true
	}
	if key == "-" || !f.IsExported() {
		return "", false
	}
	return key, false
}

// A scalarKind is what a value without parts must be.
type scalarKind struct {
	words string // "" for anything
	is    func(ast.Node) bool
}

func scalar(k reflect.Kind) scalarKind {
	switch k {
	case reflect.Bool:
		return scalarKind{"true or false", is[*ast.BoolNode]}
	case reflect.String:
		// A number is text too: a name may be one.
		return scalarKind{"text", func(n ast.Node) bool {
			return entries(n) == nil && elements(n) == nil && !is[*ast.MappingNode](n) && !is[*ast.SequenceNode](n)
		}}
	case reflect.Int:
		return scalarKind{"a number", is[*ast.IntegerNode]}
	}
	return scalarKind{}
}

func is[T ast.Node](n ast.Node) bool {
	_, ok := n.(T)
	return ok
}

package library

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./compact

// compact holds the descriptions in a form that is read in microseconds, since
// go vet starts a process for each package: a block a file, whose first line has
// its packages and what Modelled and RuntimeOf say of them, and whose other
// lines are a symbol each, with what is known of it as JSON. A block is split
// when one of its packages is asked about, a symbol decoded when it is.
//
//go:embed compact.txt
var compact string

// A description is one block of the compact form.
type description struct {
	packages []string
	symbols  func() *symbols
}

// symbols maps names to what is known of them.
type symbols struct {
	funcs   map[string]func() *Func
	types   map[string]func() *Type
	globals map[string]func() *Global
}

type table struct {
	all      []*description
	packages map[string][]*description
	modelled map[string]bool
	runtimes map[string]string
}

var load = sync.OnceValue(read)

func read() *table {
	t := &table{packages: map[string][]*description{}, modelled: map[string]bool{}, runtimes: map[string]string{}}
	for block := range strings.SplitSeq(strings.TrimSuffix(compact, "\n"), "\n\n") {
		head, lines, _ := strings.Cut(block, "\n")
		modelled, head, _ := strings.Cut(head, "\t")
		runtime, head, _ := strings.Cut(head, "\t")
		d := &description{packages: strings.Fields(head)}
		d.symbols = sync.OnceValue(func() *symbols { return split(lines) })
		t.all = append(t.all, d)
		for _, p := range d.packages {
			t.packages[p] = append(t.packages[p], d)
			if modelled == "modelled" {
				t.modelled[p] = true
			}
			if runtime != "" {
				t.runtimes[p] = runtime
			}
		}
	}
	return t
}

func split(lines string) *symbols {
	s := &symbols{funcs: map[string]func() *Func{}, types: map[string]func() *Type{}, globals: map[string]func() *Global{}}
	for line := range strings.SplitSeq(lines, "\n") {
		kind, rest, _ := strings.Cut(line, "\t")
		name, data, _ := strings.Cut(rest, "\t")
		switch kind {
		case "func":
			s.funcs[name] = decode[Func](data)
		case "type":
			s.types[name] = decode[Type](data)
		case "var":
			s.globals[name] = decode[Global](data)
		}
	}
	return s
}

// decode reads what is known of a symbol, once. A test decodes all, so that an
// error cannot happen here.
func decode[T any](data string) func() *T {
	return sync.OnceValue(func() *T {
		v := new(T)
		if err := json.Unmarshal([]byte(data), v); err != nil {
			return nil
		}
		return v
	})
}

// Compact makes the compact form of the built-in descriptions.
func Compact() ([]byte, error) {
	all, err := Files()
	if err != nil {
		return nil, err
	}
	var blocks []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := all[name]
		modelled := "incidental"
		if f.matters() {
			modelled = "modelled"
		}
		block := []string{modelled + "\t" + f.Runtime + "\t" + strings.Join(f.Packages, " ")}
		for _, kind := range []struct {
			name    string
			entries reflect.Value
		}{{"func", reflect.ValueOf(f.Functions)}, {"type", reflect.ValueOf(f.Types)}, {"var", reflect.ValueOf(f.Variables)}} {
			var lines []string
			for symbol, value := range kind.entries.Seq2() {
				data, err := json.Marshal(set(value))
				if err != nil {
					return nil, fmt.Errorf("%s: %s: %w", name, symbol, err)
				}
				lines = append(lines, kind.name+"\t"+symbol.String()+"\t"+string(data))
			}
			slices.Sort(lines)
			block = append(block, lines...)
		}
		blocks = append(blocks, strings.Join(block, "\n"))
	}
	return []byte(strings.Join(blocks, "\n\n") + "\n"), nil
}

// set returns what JSON needs of a value: of structs only the fields that are
// set.
func set(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return struct{}{}
		}
		return set(v.Elem())
	case reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				fields[v.Type().Field(i).Name] = set(v.Field(i))
			}
		}
		return fields
	case reflect.Map:
		entries := map[string]any{}
		for key, value := range v.Seq2() {
			entries[key.String()] = set(value)
		}
		return entries
	default:
		return v.Interface()
	}
}

package library

import (
	"bytes"
	"errors"
	"go/token"
	"go/types"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apivet/apivet/internal/strictyaml"
)

func TestDataLoads(t *testing.T) {
	if err := Err(); err != nil {
		t.Fatal(err)
	}
}

func TestCompactIsFresh(t *testing.T) {
	want, err := Compact()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("compact.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("compact.txt is out of date; run go generate ./internal/library")
	}
}

// TestCompactIsFaithful holds what programs read against the YAML.
func TestCompactIsFaithful(t *testing.T) {
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(all))
	if len(names) != len(load().all) {
		t.Fatalf("%d files, %d descriptions", len(names), len(load().all))
	}
	for i, d := range load().all {
		want := all[names[i]]
		if !slices.Equal(d.packages, want.Packages) {
			t.Errorf("%s: packages are %v", names[i], d.packages)
		}
		for name, fn := range want.Functions {
			if fn == nil {
				fn = &Func{} // null and {} mean the same
			}
			equal(t, names[i]+": "+name, d.symbols().funcs[name], fn)
		}
		for name, typ := range want.Types {
			equal(t, names[i]+": "+name, d.symbols().types[name], typ)
		}
		for name, g := range want.Variables {
			equal(t, names[i]+": "+name, d.symbols().globals[name], g)
		}
		for _, p := range want.Packages {
			if want.matters() && !Modelled(p) || want.Runtime != "" && RuntimeOf(p) != want.Runtime {
				t.Errorf("%s: package %s is not what the YAML says", names[i], p)
			}
		}
	}
}

func equal[T any](t *testing.T, where string, got func() *T, want *T) {
	if got == nil || !reflect.DeepEqual(got(), want) {
		t.Errorf("%s is not what the YAML says", where)
	}
}

func TestParseIsStrict(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"unknown key", "packages: [a]\nfunctions:\n  F: {sends: 1}\n", "x.yaml:3:"},
		{"unknown key at the top", "packages: [a]\nfunction: {}\n", "x.yaml:2:"},
		{"wrong type", "packages: [a]\nfunctions:\n  F: {close: yes}\n", "x.yaml:3:"},
		{"not YAML", "packages: [a\n", "x.yaml:"},
		{"no packages", "functions:\n  F: {}\n", "x.yaml: no packages"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("x.yaml", []byte(test.data))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error is %q, want one that starts %q", errText(err), test.want)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		err = errors.New("nil")
	}
	return err.Error()
}

// TestWords wants each field that holds words to say which, in its tag enum,
// by which the decoder tells slips.
func TestWords(t *testing.T) {
	free := []string{
		"File.Packages", "Type.Fields", "Retry.Permanent", "Header.Fixed", // paths, names, prose
		"Webhook.Vendor", // checked below
	}
	vendors := []string{"github", "stripe", "slack", "svix"}
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range all {
		visit(reflect.ValueOf(f), func(field reflect.StructField, key string, v reflect.Value) {
			if len(strictyaml.Words(field)) == 0 && !slices.Contains(free, key) {
				t.Errorf("%s: no set of words for %s; add one to its tag", name, key)
			}
			if key == "Webhook.Vendor" && !slices.Contains(vendors, v.String()) {
				t.Errorf("%s: %s is %q, none of %v", name, key, v.String(), vendors)
			}
		}, func(key string, arg Arg) {
			if arg < Recv {
				t.Errorf("%s: %s is argument %d", name, key, arg)
			}
		})
	}
}

// visit calls word for each string that is set below v and position for each
// argument, with the names of type and field.
func visit(v reflect.Value, word func(reflect.StructField, string, reflect.Value), position func(string, Arg)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			visit(v.Elem(), word, position)
		}
	case reflect.Map:
		for _, value := range v.Seq2() {
			visit(value, word, position)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Name() + "." + v.Type().Field(i).Name
			field := v.Field(i)
			switch {
			case field.Kind() == reflect.String && field.String() != "":
				word(v.Type().Field(i), name, field)
			case field.Type() == reflect.TypeFor[[]string]():
				for j := range field.Len() {
					word(v.Type().Field(i), name, field.Index(j))
				}
			case field.Type() == reflect.TypeFor[*Arg]() && !field.IsNil():
				position(name, *field.Interface().(*Arg))
			case field.Type() == reflect.TypeFor[[]Arg]():
				for _, arg := range field.Interface().([]Arg) {
					position(name, arg)
				}
			default:
				visit(field, word, position)
			}
		}
	}
}

// TestDescribedOnce reports functions, types and variables that two files
// describe: only one of them would be read.
func TestDescribedOnce(t *testing.T) {
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	where := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := all[name]
		for _, p := range f.Packages {
			symbols := slices.Concat(slices.Collect(maps.Keys(f.Functions)), slices.Collect(maps.Keys(f.Types)), slices.Collect(maps.Keys(f.Variables)))
			for _, s := range symbols {
				if other := where[p+"."+s]; other != "" {
					t.Errorf("%s.%s is described by %s and %s", p, s, other, name)
				}
				where[p+"."+s] = name
			}
		}
	}
}

// TestSends reports sends of which the data says too little to be of use.
func TestSends(t *testing.T) {
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range all {
		for sym, fn := range f.Functions {
			if fn == nil || fn.Send == nil {
				continue
			}
			s := fn.Send
			if s.Response == "" {
				t.Errorf("%s: %s does not say what it answers", name, sym)
			}
			if s.Client == "" && s.ClientA == nil {
				t.Errorf("%s: %s does not say which client sends", name, sym)
			}
			if s.Request == nil && (s.URL == nil || s.Method == "" && s.MethodA == nil) {
				t.Errorf("%s: %s has no request, nor URL and method", name, sym)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	pkg := types.NewPackage("golang.org/x/oauth2", "oauth2")
	named := types.NewNamed(types.NewTypeName(token.NoPos, pkg, "TokenSource", nil), types.NewInterfaceType(nil, nil), nil)
	method := types.NewFunc(token.NoPos, pkg, "Token", types.NewSignatureType(types.NewVar(token.NoPos, pkg, "", named), nil, nil, nil, nil, false))
	if f := FuncOf(method); f == nil || f.Token == nil || f.Token.Kind != "source-token" {
		t.Errorf("TokenSource.Token is %+v", f)
	}
	if typ := TypeOf(types.NewPointer(named)); typ == nil || typ.Kind != "token-source" {
		t.Errorf("TokenSource is %+v", typ)
	}
	if got, want := Key(method), "golang.org/x/oauth2.TokenSource.Token"; got != want {
		t.Errorf("Key is %s, want %s", got, want)
	}
	other := types.NewFunc(token.NoPos, types.NewPackage("example.com/other", "other"), "Token", types.NewSignatureType(nil, nil, nil, nil, nil, false))
	if f := FuncOf(other); f != nil {
		t.Errorf("an unknown function is %+v", f)
	}
	errorMethod := types.Universe.Lookup("error").Type().Underlying().(*types.Interface).Method(0)
	if f := FuncOf(errorMethod); f != nil {
		t.Errorf("error.Error is %+v", f)
	}
	http := types.NewPackage("net/http", "http")
	if g := GlobalOf(types.NewVar(token.NoPos, http, "DefaultClient", types.Typ[types.Int])); g == nil || g.Kind != "default-client" {
		t.Errorf("DefaultClient is %+v", g)
	}
}

// BenchmarkLoad is what a process pays once: it checks a package that uses ten
// symbols of net/http, encoding/json, io, fmt, errors, time and oauth2.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		t := read()
		for _, p := range []string{"net/http", "encoding/json", "io", "fmt", "errors", "time", "golang.org/x/oauth2"} {
			for _, d := range t.packages[p] {
				n := 0
				for _, known := range d.symbols().funcs {
					if n++; known() == nil || n == 10 {
						break
					}
				}
			}
		}
	}
}

// BenchmarkYAML is what it would pay without the compact form.
func BenchmarkYAML(b *testing.B) {
	for b.Loop() {
		if _, err := Files(); err != nil {
			b.Fatal(err)
		}
	}
}

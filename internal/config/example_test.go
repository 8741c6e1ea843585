package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/strictyaml"
)

// exampleChecks are checks that the example names; a test in tools/repotest holds
// it against the catalogue.
var exampleChecks = []string{"bodyleak", "statusunchecked", "errordetails", "noretry", "keepalive"}

func TestExample(t *testing.T) {
	t.Parallel()
	for _, usable := range []bool{false, true} {
		f, err := Parse("example", []byte(Example(usable)), exampleChecks)
		if err != nil {
			t.Fatal(err)
		}
		if usable {
			if _, err := f.resolve(t.TempDir()); err != nil {
				t.Errorf("the usable example needs something: %v", err)
			}
			continue
		}
		for i := range reflect.TypeFor[File]().NumField() {
			if field := reflect.TypeFor[File]().Field(i); field.IsExported() && reflect.ValueOf(*f).Field(i).IsZero() {
				t.Errorf("the example has no %s", field.Tag.Get("yaml"))
			}
		}
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[Exclude](), reflect.TypeFor[Bind]()} {
		for _, key := range strictyaml.Keys(typ) {
			if !strings.Contains(Example(false), key+":") {
				t.Errorf("the example has no %s", key)
			}
		}
	}
	for _, part := range []string{"send", "retry", "close", "check", "set-header"} {
		if !slices.Contains(strictyaml.Keys(reflect.TypeFor[library.Func]()), part) || !strings.Contains(Example(false), part+":") {
			t.Errorf("the example has no %s", part)
		}
	}
}

// What init writes changes nothing until it is edited, and without the marks of
// comments it is the example.
func TestInitial(t *testing.T) {
	t.Parallel()
	f, err := Parse("initial", []byte(Initial()), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range reflect.TypeFor[File]().NumField() {
		if field := reflect.TypeFor[File]().Field(i); field.IsExported() && !reflect.ValueOf(*f).Field(i).IsZero() {
			t.Errorf("it sets %s", field.Tag.Get("yaml"))
		}
	}
	for line := range strings.Lines(Example(false)) {
		if strings.TrimSpace(line) != "" && !strings.Contains(Initial(), strings.TrimPrefix(line, "# ")) {
			t.Errorf("no %q", line)
		}
	}
}

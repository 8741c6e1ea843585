package config

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/strictyaml"
	"github.com/apivet/apivet/internal/suggest"
)

// A File is what .apivet.yaml says, or the settings of the golangci-lint
// plugin. Every key may be absent.
type File struct {
	// Checks are the only checks to run; absent means all.
	Checks []string `yaml:"checks"`
	// Disable are checks that do not run.
	Disable []string `yaml:"disable"`
	// Severity gives checks another severity than their own: error, warning or
	// note. Notes fail no build and are off unless asked for.
	Severity map[string]string `yaml:"severity" enum:"error warning note"`
	// Notes asks for advice (findings of severity note) too.
	Notes *bool `yaml:"notes"`
	// Tests asks for findings in test files too.
	Tests *bool `yaml:"tests"`
	// Generated asks for findings in generated files too.
	Generated *bool `yaml:"generated"`
	// Exclude lists files without findings.
	Exclude []Exclude `yaml:"exclude"`
	// Bind says which vendor packages talk to, where no constant host does.
	Bind []Bind `yaml:"bind"`
	// Providers are files with profiles of vendors that apivet does not know, or
	// that it knows less of, relative to the folder of .apivet.yaml. A profile's
	// name in bind and directives is the file's, without .yaml.
	Providers []string `yaml:"providers"`
	// Libraries describe functions, types and variables, such as a team's own
	// wrappers, as internal/library/*.yaml does with well-known libraries.
	Libraries []*library.File `yaml:"libraries"`

	// docs are the documents that keys come from, for the places of errors;
	// that of the whole is under "".
	docs map[string]*strictyaml.Document
}

// A Bind says which vendor packages talk to.
type Bind struct {
	// Packages are import paths, or folders that start with ./ , relative to that
	// of .apivet.yaml; /... at the end stands for all below.
	Packages []string `yaml:"packages"`
	// Provider is the name of a profile.
	Provider string `yaml:"provider"`
}

// An Exclude names files in which findings are not wanted.
type Exclude struct {
	// Paths are files or folders, relative to the folder of .apivet.yaml, with
	// slashes. * stands for anything but a slash, ** for any number of folders.
	// A folder stands for all below it.
	Paths []string `yaml:"paths"`
	// Checks are the checks whose findings are not wanted there; absent means all.
	Checks []string `yaml:"checks"`
}

// UnmarshalJSON reads the settings that golangci-lint hands to a plugin as
// strictly as the file.
func (f *File) UnmarshalJSON(data []byte) error {
	doc, err := strictyaml.ParseJSON("settings", data)
	if err != nil {
		return err
	}
	return f.decode(doc)
}

func (f *File) decode(doc *strictyaml.Document) error {
	type plain File // without UnmarshalJSON
	if err := doc.Decode((*plain)(f)); err != nil {
		return err
	}
	f.docs = map[string]*strictyaml.Document{"": doc}
	return nil
}

// Parse reads a configuration. name is what errors call it. checks are the
// names of all checks; without them, names are not checked.
func Parse(name string, data []byte, checks []string) (*File, error) {
	doc, err := strictyaml.Parse(name, data)
	if err != nil {
		return nil, err
	}
	f := new(File)
	if err := f.decode(doc); err != nil {
		return nil, err
	}
	return f, f.Validate(checks)
}

// Validate looks for what decodes and makes no sense. checks are the names of
// all checks; without them, names are not checked.
func (f *File) Validate(checks []string) error {
	for _, list := range []struct {
		key   string
		names []string
	}{{"checks", f.Checks}, {"disable", f.Disable}} {
		for i, name := range list.names {
			if err := f.checkName(name, checks, strictyaml.Path{list.key, i}); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Severity)) {
		at := strictyaml.Path{"severity", name}
		if err := f.checkName(name, checks, at); err != nil {
			return err
		}
	}
	for i, e := range f.Exclude {
		if err := f.validateExclude(e, checks, strictyaml.Path{"exclude", i}); err != nil {
			return err
		}
	}
	for i, b := range f.Bind {
		if len(b.Packages) == 0 || b.Provider == "" {
			return f.errorf(strictyaml.Path{"bind", i}, "needs packages and a provider")
		}
	}
	for i, l := range f.Libraries {
		if l == nil || len(l.Packages) == 0 {
			return f.errorf(strictyaml.Path{"libraries", i}, "needs packages, the import paths of what it describes")
		}
	}
	if len(checks) > 0 && !slices.ContainsFunc(checks, f.Runs) {
		return f.errorf(strictyaml.Path{"disable"}, "no check is left to run")
	}
	return nil
}

func (f *File) validateExclude(e Exclude, checks []string, at strictyaml.Path) error {
	if len(e.Paths) == 0 {
		return f.errorf(at, "needs paths")
	}
	for i, pattern := range e.Paths {
		at := at.With("paths", i)
		switch {
		case pattern == "" || !doublestar.ValidatePattern(pattern):
			return f.errorf(at, "%q is no pattern of paths", pattern)
		case path.IsAbs(pattern) || strings.Contains(pattern, `\`) || pattern == ".." || strings.HasPrefix(pattern, "../"):
			return f.errorf(at, "%q: paths are relative to the folder of the file, with slashes", pattern)
		}
	}
	for i, name := range e.Checks {
		if err := f.checkName(name, checks, at.With("checks", i)); err != nil {
			return err
		}
	}
	return nil
}

// errorf makes an error about what stands at the path.
func (f *File) errorf(at strictyaml.Path, format string, args ...any) error {
	doc := f.docs[""]
	if key, ok := at[0].(string); ok && f.docs[key] != nil {
		doc = f.docs[key]
	}
	if doc == nil { // a configuration without a document cannot be wrong
		return fmt.Errorf(format, args...)
	}
	return doc.Errorf(at, format, args...)
}

func (f *File) checkName(name string, checks []string, at strictyaml.Path) error {
	if len(checks) == 0 || slices.Contains(checks, name) {
		return nil
	}
	text := suggest.Hint(name, checks)
	if text == "" {
		text = "; apivet list names them all"
	}
	return f.errorf(at, "unknown check %q%s", name, text)
}

// Described returns the import paths of the packages that Libraries describe.
func (f *File) Described() []string {
	var list []string
	for _, l := range f.Libraries {
		list = append(list, l.Packages...)
	}
	return list
}

// NoPackage is the error for a described package that does not exist.
func (f *File) NoPackage(path string) error {
	for i, l := range f.Libraries {
		if j := slices.Index(l.Packages, path); j >= 0 {
			return f.errorf(strictyaml.Path{"libraries", i, "packages", j}, "there is no package %s", path)
		}
	}
	return fmt.Errorf("there is no package %s", path)
}

// Runs reports whether the file has a check run.
func (f *File) Runs(name string) bool {
	return (len(f.Checks) == 0 || slices.Contains(f.Checks, name)) && !slices.Contains(f.Disable, name)
}

// excludes reports whether a check's findings in a file are not wanted. rel is
// relative to the folder of the configuration, with slashes.
func (f *File) excludes(rel, check string) bool {
	for _, e := range f.Exclude {
		if len(e.Checks) > 0 && !slices.Contains(e.Checks, check) {
			continue
		}
		if slices.ContainsFunc(e.Paths, func(pattern string) bool { return matches(pattern, rel) }) {
			return true
		}
	}
	return false
}

// matches reports whether a pattern stands for a file or a folder above it.
func matches(pattern, rel string) bool {
	pattern = path.Clean(pattern)
	for ; rel != "."; rel = path.Dir(rel) {
		if ok, err := doublestar.Match(pattern, rel); ok && err == nil {
			return true
		}
	}
	return pattern == "."
}

// Over returns the file with the keys that top sets in place of its own.
func (f File) Over(top File) File {
	docs := maps.Clone(f.docs)
	if docs == nil {
		docs = make(map[string]*strictyaml.Document)
	}
	merged, upper := reflect.ValueOf(&f).Elem(), reflect.ValueOf(top)
	for i := range upper.NumField() {
		field := merged.Type().Field(i)
		if !field.IsExported() || upper.Field(i).IsZero() {
			continue
		}
		merged.Field(i).Set(upper.Field(i))
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		docs[key] = top.docs[""]
	}
	f.docs = docs
	return f
}

// Keys returns the keys of a configuration.
func Keys() []string { return strictyaml.Keys(reflect.TypeFor[File]()) }

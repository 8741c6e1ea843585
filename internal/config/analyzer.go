package config

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
)

// Analyzer makes the Config of a package available to the checks. Its flags
// are what a driver says of the run:
//
//	notes     whether to report advice too; set, it wins over the file
//	asked     checks that run although the file leaves them out
//	known     the names of all checks, to tell the file's slips
//	settings  a configuration in JSON whose keys win over the file's
//	suffix    see Config.Suffix
//	suggested see Config.Suggested
//	browser   see Config.Browser
var Analyzer = newAnalyzer()

// options are the flags' values.
type options struct {
	notes           triState
	asked, known    list
	settings        settings
	suffix, browser bool
	suggested       bool
}

func newAnalyzer() *analysis.Analyzer {
	var o options
	fs := flag.NewFlagSet("apivetconfig", flag.ContinueOnError)
	fs.Var(&o.notes, "notes", "report advice (severity note) too")
	fs.Var(&o.asked, "asked", "checks to run whatever the configuration says, with commas")
	fs.Var(&o.known, "known", "the names of all checks, with commas")
	fs.Var(&o.settings, "settings", "configuration in JSON, whose keys win over those of "+FileName)
	fs.BoolVar(&o.browser, "browser", false, "the packages are those of a js/wasm build (implied by GOOS=js)")
	fs.BoolVar(&o.suggested, "suggested", false, "let -fix apply the fixes that want to be read before they are committed, too")
	fs.BoolVar(&o.suffix, "suffix", false, "end each message with the check's name")
	var files loader
	return &analysis.Analyzer{
		Name:             "apivetconfig",
		Doc:              "apivetconfig provides the settings of the run to apivet's checks",
		Flags:            *fs,
		ResultType:       reflect.TypeFor[*Config](),
		RunDespiteErrors: true,
		Run: func(pass *analysis.Pass) (any, error) {
			c := &Config{
				Suffix:  o.suffix,
				Browser: o.browser || os.Getenv("GOOS") == "js", // cmd/go exports it to vet tools
				Known:   o.known,
				asked:   o.asked,

				Suggested: o.suggested,
			}
			c.file = new(resolved)
			if isMain(pass) {
				c.Err = c.read(pass, &files, o.known, &o.settings)
			}
			c.Notes = c.file.Notes != nil && *c.file.Notes
			if o.notes.value != nil {
				c.Notes = *o.notes.value
			}
			return c, nil
		},
	}
}

// read takes in the configuration of the package.
func (c *Config) read(pass *analysis.Pass, files *loader, checks []string, top *settings) error {
	dir := packageDir(pass)
	file, err := files.of(dir, checks, top)
	if err != nil {
		return err
	}
	if err := file.checkLibraries(pass.Pkg); err != nil {
		return err
	}
	c.file = file
	c.Libraries, c.Providers = file.libraries, file.providers
	c.Provider = file.boundTo(pass.Pkg.Path(), dir)
	return nil
}

// isMain reports whether the package belongs to a module that the user works
// on. Others get no configuration.
func isMain(pass *analysis.Pass) bool {
	return pass.Module != nil && pass.Module.Path != "" && pass.Module.Version == "" && len(pass.Files) > 0
}

// packageDir returns the folder of the package's source.
func packageDir(pass *analysis.Pass) string {
	// What cgo makes of a file lies elsewhere, and says where it comes from.
	name := pass.Fset.Position(pass.Files[0].Package).Filename
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return filepath.Dir(name)
	}
	return dir
}

// A loader reads configurations. A process analyses many packages of few
// modules, so what was decoded is kept for as long as the text is the same.
type loader struct {
	decoded sync.Map // string to func() (*resolved, error)
}

// of returns the configuration of the packages in a folder of a main module,
// with the settings on top.
func (l *loader) of(dir string, checks []string, top *settings) (*resolved, error) {
	at, err := find(dir)
	if err != nil {
		return nil, err
	}
	var data []byte
	if at.file != "" {
		if data, err = read(at.file); err != nil {
			return nil, err
		}
	}
	key := strings.Join([]string{at.root, at.file, string(data), top.text, strings.Join(checks, ",")}, "\n")
	decode, _ := l.decoded.LoadOrStore(key, sync.OnceValues(func() (*resolved, error) {
		f := new(File)
		if at.file != "" {
			if f, err = Parse(at.file, data, checks); err != nil {
				return nil, err
			}
		}
		return f.Over(top.File).resolve(at.root)
	}))
	return decode.(func() (*resolved, error))()
}

// Load returns the configuration of the main module that a folder belongs to,
// an empty one where there is none, with the keys of top in place of its own.
// checks are the names of all checks.
func Load(dir string, checks []string, top File) (*File, error) {
	r, err := new(loader).of(dir, checks, &settings{File: top})
	if err != nil {
		return nil, err
	}
	return &r.File, nil
}

// A triState is a flag that is true, false or not set.
type triState struct{ value *bool }

func (t *triState) IsBoolFlag() bool { return true }

func (t *triState) String() string {
	if t.value == nil {
		return "false"
	}
	return strconv.FormatBool(*t.value)
}

func (t *triState) Set(s string) error {
	if s == "" {
		t.value = nil
		return nil
	}
	b, err := strconv.ParseBool(s)
	t.value = &b
	return err
}

// A list is a flag of words with commas.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(s string) error {
	*l = strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
	return nil
}

// settings is a flag that holds a configuration as JSON.
type settings struct {
	File
	text string
}

func (s *settings) String() string { return "" }

func (s *settings) Set(text string) error {
	s.File, s.text = File{}, text
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), &s.File)
}

package driver

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/build"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/strictyaml"
)

// IsVet reports whether the arguments are cmd/go's: -flags, -V=full, or flags
// that end with the description of one unit.
func IsVet(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return args[0] == "-flags" || args[0] == "-V=full" || strings.HasSuffix(args[len(args)-1], ".cfg")
}

// Vet answers one call of `go vet -vettool=apivet` and exits. Its exit status
// is x/tools', which cmd/go understands.
func Vet(args []string, analyzers []*analysis.Analyzer) {
	collectLess()
	if args[0] == "-V=full" {
		// cmd/go asks this once, in the folder that it was called in: the place
		// to say once that the configuration is broken.
		if err := errors.Join(checkConfig(names(analyzers)), writeVersion(os.Stdout)); err != nil {
			fatalVet(err)
		}
		os.Exit(0)
	}
	if err := setVetFlags(args, names(analyzers)); err != nil {
		fatalVet(err)
	}
	if file := args[len(args)-1]; strings.HasSuffix(file, ".cfg") {
		fixing := slices.Contains(args, "-fix")
		rewritten, done, err := prepareUnit(file, names(analyzers), fixing, os.Getenv, library.Modelled)
		if err != nil {
			fatalVet(err)
		}
		if done {
			os.Exit(0)
		}
		os.Args[len(os.Args)-1] = rewritten
		analyzers = fromRoot(analyzers)
	}
	for _, name := range []string{"notes", "suggested"} {
		f := config.Analyzer.Flags.Lookup(name)
		flag.Var(f.Value, f.Name, f.Usage)
	}
	unitchecker.Main(analyzers...)
}

// checkConfig reads the configuration of the current folder.
func checkConfig(checks []string) error {
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	_, err = config.Load(dir, checks, config.File{})
	return relative(err, dir)
}

// fromRoot returns the same checks. Their errors on the configuration name it
// from the module's root, as the other doors do there: cmd/go runs the tool in
// the package's folder, and does not tell in which one it was called.
func fromRoot(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	var list []*analysis.Analyzer
	for _, a := range analyzers {
		wrapped := *a
		wrapped.Run = func(pass *analysis.Pass) (any, error) {
			result, err := a.Run(pass)
			var bad *strictyaml.Error
			if errors.As(err, &bad) {
				return nil, bad.Relative(filepath.Dir(bad.Name))
			}
			return result, err
		}
		list = append(list, &wrapped)
	}
	return list
}

// setVetFlags sets the flags of [config.Analyzer] for a unit.
func setVetFlags(args, checks []string) error {
	var asked []string
	for _, a := range args {
		name, on, given := strings.Cut(strings.TrimLeft(a, "-"), "=")
		if slices.Contains(checks, name) && strings.HasPrefix(a, "-") && (!given || on == "true") {
			asked = append(asked, name)
		}
	}
	return errors.Join(
		// go vet prints neither the check nor its page, so the message names it.
		config.Analyzer.Flags.Set("suffix", "true"),
		config.Analyzer.Flags.Set("known", strings.Join(checks, ",")),
		config.Analyzer.Flags.Set("asked", strings.Join(asked, ",")),
	)
}

func fatalVet(err error) {
	fmt.Fprintln(os.Stderr, "apivet:", err)
	os.Exit(exitFailed)
}

// writeVersion answers -V=full. cmd/go caches vet results by this line, and by
// nothing else of the tool: it changes with the executable and with the
// configuration.
func writeVersion(w io.Writer) error {
	name, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	conf, err := config.Digest(".")
	if err != nil {
		return err
	}
	h.Write(conf)
	_, err = fmt.Fprintf(w, "apivet version devel buildID=%x\n", h.Sum(nil))
	return err
}

// prepareUnit reads the description of a unit. done says that nothing is left
// to do: cmd/go asks for the facts of every dependency, and most have none.
// Otherwise the unit is described by the file called rewritten, in which every
// import comes with types. checks are the names of all checks; fixing says that files are rewritten, not findings
// reported.
func prepareUnit(file string, checks []string, fixing bool, getenv func(string) string, modelled func(importPath string) bool) (rewritten string, done bool, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", false, err
	}
	u := &unit{getenv: getenv, modelled: modelled}
	if err := json.Unmarshal(data, &u.Config); err != nil {
		return "", false, fmt.Errorf("%s: %w", file, err)
	}
	if u.VetxOnly && u.canSkip() {
		return "", true, vetx{}.write(u.VetxOutput)
	}
	if u.mainModule() {
		// Of a broken configuration each check would complain.
		if _, err := config.Load(u.Dir, checks, config.File{}); err != nil {
			return "", false, err
		}
	}
	changed, err := u.addTypes()
	if err != nil {
		return "", false, err
	}
	if u.VetxOnly && u.mayBeAskedAgain() && !fixing {
		u.VetxOnly = false
		changed = true
	}
	if !changed {
		return file, false, nil
	}
	data, err = json.Marshal(u.Config)
	if err != nil {
		return "", false, err
	}
	rewritten = strings.TrimSuffix(file, ".cfg") + ".apivet.cfg"
	return rewritten, false, os.WriteFile(rewritten, data, 0o666)
}

// A unit is one package that cmd/go wants analysed.
type unit struct {
	unitchecker.Config
	getenv   func(string) string // cmd/go exports its settings (GOOS, …) to the tool
	modelled func(importPath string) bool
}

// canSkip reports whether the unit has no facts for certain, and its importers
// can have its types from the compiler.
func (u *unit) canSkip() bool {
	if !u.typesFromCompiler() {
		return false
	}
	if u.standard() {
		return true // known libraries come from tables
	}
	if u.mayBeAskedAgain() {
		return false
	}
	if u.getenv("GOOS") == "js" {
		return false // a secret may sit in any package that a browser loads
	}
	for _, path := range u.ImportMap {
		if u.modelled(path) || u.hasFacts(path) {
			return false
		}
	}
	return true
}

// mayBeAskedAgain reports whether a unit that is asked for its facts now may be
// asked for findings later, under the same key of cmd/go's cache: go1.26 leaves
// VetxOnly out of the key, so `go vet ./cmd` and then `go vet ./...` would be
// silent on every package that cmd imports. Such a unit stores its findings at
// once. The price is that `go vet ./cmd` shows those of its dependencies in the
// main module.
func (u *unit) mayBeAskedAgain() bool {
	variant := strings.Contains(u.ID, " [")
	// With tests in the package, cmd/go asks for findings in the test variant.
	return u.mainModule() && !variant && !hasInternalTests(u.Dir)
}

// mainModule reports whether the unit belongs to a module that the user works on.
func (u *unit) mainModule() bool { return u.ModulePath != "" && u.ModuleVersion == "" }

// hasInternalTests reports whether a test file in the folder belongs to the
// package itself. It errs on the side of no.
func hasInternalTests(dir string) bool {
	pkg, err := build.Default.ImportDir(dir, 0)
	return err == nil && len(pkg.TestGoFiles) > 0
}

// standard reports whether the unit belongs to the standard library.
// Config.Standard knows that of the unit's imports only.
func (u *unit) standard() bool {
	first, _, _ := strings.Cut(u.ImportPath, "/")
	return u.ModulePath == "" && !strings.Contains(first, ".")
}

// typesFromCompiler reports whether cmd/go hands out the compiler's export
// data, as it does up to go1.26 at least. A unit without imports cannot tell,
// and errs on the side of no.
func (u *unit) typesFromCompiler() bool {
	known := false
	for _, path := range u.ImportMap {
		if path == "unsafe" {
			continue
		}
		if u.PackageFile[path] == "" {
			return false
		}
		known = true
	}
	return known
}

// hasFacts reports whether a dependency's file has facts. What cannot be read
// is left for x/tools to complain about.
func (u *unit) hasFacts(path string) bool {
	file := u.PackageVetx[path]
	if file == "" {
		return false
	}
	_, n, err := readVetxLengths(file)
	return err != nil || n > 0
}

// addTypes gives types to those imports whose units were skipped, and reports
// whether there were any.
func (u *unit) addTypes() (changed bool, err error) {
	for _, path := range slices.Sorted(maps.Values(u.ImportMap)) {
		old := u.PackageVetx[path]
		if old == "" {
			continue // unsafe
		}
		// What cannot be read is left for x/tools to complain about.
		if n, _, err := readVetxLengths(old); err != nil || n > 0 {
			continue
		}
		u.PackageVetx[path], err = u.typesOf(path)
		if err != nil {
			return false, err
		}
		changed = true
	}
	return changed, nil
}

// typesOf returns a vetx file with the types of a skipped unit. It is made once
// a build, in cmd/go's work folder, which goes away with it: dozens of units
// import net/http.
func (u *unit) typesOf(path string) (string, error) {
	export := u.PackageFile[path]
	dir := filepath.Join(filepath.Dir(u.VetxOutput), "..", "apivet")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	name := filepath.Join(dir, fmt.Sprintf("%x.vetx", sha256.Sum256([]byte(path+"\n"+export))))
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	types, err := indexedTypes(path, export)
	if err != nil {
		return "", err
	}
	// Other units may be at the same work: each writes its own file, and the
	// last one stays.
	f, err := os.CreateTemp(dir, "new")
	if err != nil {
		return "", err
	}
	f.Close()
	if err := (vetx{types: types}).write(f.Name()); err != nil {
		return "", err
	}
	return name, os.Rename(f.Name(), name)
}

package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A goCommand runs cmd/go in one folder for one platform.
type goCommand struct {
	dir  string   // "" is the current folder
	env  []string // complete, in the form of os.Environ
	tags string   // value of -tags, "" for what the environment says
	// tests says that deps lists the packages' tests too.
	tests bool
}

// with returns the same command with more environment.
func (g goCommand) with(env ...string) goCommand {
	g.env = append(g.env[:len(g.env):len(g.env)], env...)
	return g
}

// goEnv is what the run needs to know of cmd/go's settings.
type goEnv struct {
	GOOS, GOARCH string
	GOMOD        string // "" or os.DevNull where no go.mod is found
	GOWORK       string
	GOFLAGS      string
	GOVERSION    string
	GOMODCACHE   string
}

func (g goCommand) environment(ctx context.Context) (goEnv, error) {
	var e goEnv
	out, err := g.run(ctx, "env", "-json", "GOOS", "GOARCH", "GOMOD", "GOWORK", "GOFLAGS", "GOVERSION", "GOMODCACHE")
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(out, &e)
}

// outsideModule reports whether no go.mod and no go.work is in force.
func (e goEnv) outsideModule() bool {
	return (e.GOMOD == "" || e.GOMOD == os.DevNull) && e.GOWORK == ""
}

// A listedPackage is what `go list -json` says of one package.
type listedPackage struct {
	ImportPath string
	Name       string
	Dir        string
	Export     string // file with the compiler's export data
	Stale      bool   // not in the build cache
	Standard   bool
	DepOnly    bool     // not matched by a pattern
	Match      []string // the patterns that match it
	GoFiles    []string
	CgoFiles   []string
	CompiledGoFiles,
	IgnoredGoFiles,
	IgnoredOtherFiles []string
	EmbedPatterns []string
	Imports       []string          // package paths, after ImportMap
	ImportMap     map[string]string // source import path to package path, where they differ
	Module        *packages.Module
	Error         *listError
	DepsErrors    []*listError
}

// A listError is why cmd/go cannot load or build a package.
type listError struct {
	ImportStack []string
	Pos         string // file:line:col, relative to the command's folder, or ""
	Err         string
}

// fromCompiler reports whether the package was found but does not compile.
func (e *listError) fromCompiler() bool {
	return strings.HasPrefix(e.Err, "# ")
}

// otherPlatform reports whether the package has files, but none for this platform.
func (e *listError) otherPlatform() bool {
	return strings.HasPrefix(e.Err, "build constraints exclude all Go files")
}

// text returns the error on one line.
func (e *listError) text() string {
	text := strings.Join(strings.Fields(e.Err), " ")
	if strings.HasPrefix(text, "import cycle") {
		text += ": " + strings.Join(e.ImportStack, " imports ")
	}
	return text
}

// depsFields are the fields of listedPackage that deps asks for.
const depsFields = "ImportPath,Name,Dir,Export,Standard,DepOnly,Match,GoFiles,CgoFiles,CompiledGoFiles," +
	"IgnoredGoFiles,IgnoredOtherFiles,EmbedPatterns,Imports,ImportMap,Module,Error,DepsErrors"

// deps lists the packages that match the patterns and all that they depend on,
// dependencies first. With build it has cmd/go compile them, for export data and
// the output of cgo.
func (g goCommand) deps(ctx context.Context, build bool, patterns []string) ([]*listedPackage, error) {
	flags := []string{"-deps", "-json=" + depsFields}
	if build {
		flags = append(flags, "-export", "-compiled")
	}
	if g.tests {
		flags = append(flags, "-test")
	}
	return g.list(ctx, patterns, flags...)
}

// cold reports whether the build cache has nothing to offer: building what the
// packages depend on would then take longer than all the rest.
func (g goCommand) cold(ctx context.Context) bool {
	list, err := g.list(ctx, []string{"net/http"}, "-json=Stale")
	return err == nil && len(list) == 1 && list[0].Stale
}

// matches lists the packages that match the patterns and nothing else of them
// than their files. It costs a fraction of deps.
func (g goCommand) matches(ctx context.Context, patterns []string) ([]*listedPackage, error) {
	return g.list(ctx, patterns, "-find", "-json=ImportPath,Dir,Match,GoFiles,Error")
}

func (g goCommand) list(ctx context.Context, patterns []string, flags ...string) ([]*listedPackage, error) {
	args := append([]string{"list", "-e"}, flags...)
	if g.tags != "" {
		args = append(args, "-tags="+g.tags)
	}
	args = append(args, "--")
	out, err := g.run(ctx, append(args, patterns...)...)
	if err != nil {
		return nil, err
	}
	var list []*listedPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listedPackage)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("output of go list: %w", err)
		}
		list = append(list, p)
	}
}

// run returns the command's standard output. Its error has the words of cmd/go.
func (g goCommand) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = g.dir
	cmd.Env = g.env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err == nil {
		return stdout.Bytes(), nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if text := strings.TrimSpace(stderr.String()); text != "" {
		return nil, errors.New(strings.TrimPrefix(text, "go: "))
	}
	return nil, fmt.Errorf("go %s: %w", args[0], err)
}

// path is the import path, of a package that is built for a test too: go list
// shows such a one as "p [q.test]".
func (p *listedPackage) path() string {
	path, _, _ := strings.Cut(p.ImportPath, " [")
	return path
}

// testMain reports whether the package is the program that cmd/go makes to run
// a package's tests: its source is in the build cache.
func (p *listedPackage) testMain() bool {
	return p.Name == "main" && strings.HasSuffix(p.ImportPath, ".test") && len(p.GoFiles) == 1 && filepath.IsAbs(p.GoFiles[0])
}

// sources returns the absolute names of the files that the compiler sees.
// plainCgo says that cgo could not prepare them, so they still import "C".
func (p *listedPackage) sources() (files []string, plainCgo bool) {
	names := p.CompiledGoFiles
	if len(names) == 0 {
		names = slices.Concat(p.GoFiles, p.CgoFiles)
		plainCgo = len(p.CgoFiles) > 0
	}
	for _, name := range names {
		// cmd/go lists assembly and C files here in places; what cgo writes
		// to the build cache has no extension.
		if ext := filepath.Ext(name); ext == ".go" || ext == "" {
			files = append(files, p.abs(name))
		}
	}
	return files, plainCgo
}

// ignored returns the absolute names of the files that the build leaves out.
func (p *listedPackage) ignored() []string {
	var list []string
	for _, name := range p.IgnoredGoFiles {
		list = append(list, p.abs(name))
	}
	for _, name := range p.IgnoredOtherFiles {
		list = append(list, p.abs(name))
	}
	return list
}

func (p *listedPackage) abs(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, name)
}

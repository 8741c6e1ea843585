package driver

import (
	"context"
	"errors"
	"fmt"
	"go/build"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/suggest"
)

// A Catalogue is the checks that the command offers.
type Catalogue struct {
	Specs     []*check.Spec
	Analyzers []*analysis.Analyzer
}

// Exit codes of the command, beside 0. Failed wins over Found.
const (
	exitFound  = 1 // a finding of severity warning or above
	exitFailed = 2 // something could not be analysed
)

// Main runs the command line without the program's name and returns the exit code.
func Main(ctx context.Context, args []string, c Catalogue, stdout, stderr io.Writer) int {
	cli := &cli{catalogue: c, stdout: stdout, stderr: stderr}
	if err := cli.run(ctx, args); err != nil {
		fmt.Fprintln(stderr, "apivet:", err)
		return exitFailed
	}
	return cli.code
}

type cli struct {
	catalogue      Catalogue
	stdout, stderr io.Writer
	code           int
}

func (c *cli) run(ctx context.Context, args []string) error {
	dir, args, err := cutDir(args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return c.analyse(ctx, dir, args)
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		return c.help(args[1:])
	case "list":
		return c.list(args[1:])
	case "baseline":
		return c.baseline(ctx, dir, args[1:])
	case "explain":
		return c.explain(args[1:])
	case "init":
		return c.init(dir, args[1:])
	case "version", "-version", "--version":
		return c.version(args[1:])
	}
	if err := unknownCommand(args[0], dir); err != nil {
		return err
	}
	return c.analyse(ctx, dir, args)
}

// help prints the usage, whichever command it is asked about.
func (c *cli) help(args []string) error {
	switch {
	case len(args) == 0, slices.Contains(commands, args[0]), strings.HasPrefix(args[0], "-"):
		_, err := fmt.Fprint(c.stdout, usage)
		return err
	case c.has(args[0]):
		return fmt.Errorf("%s is a check: apivet explain %s tells about it", args[0], args[0])
	}
	return fmt.Errorf("help: unknown command %q%s", args[0], suggest.Hint(args[0], commands))
}

// unknownCommand returns an error for a word that looks like a misspelt
// command and not like a package of the standard library or a file.
func unknownCommand(word, dir string) error {
	near := suggest.Nearest(word, commands)
	if near == "" || strings.HasPrefix(word, "-") || strings.ContainsAny(word, "./\\") {
		return nil
	}
	for _, place := range []string{filepath.Join(build.Default.GOROOT, "src", word), filepath.Join(dir, word)} {
		if _, err := os.Stat(place); err == nil {
			return nil
		}
	}
	return fmt.Errorf("unknown command %q, did you mean %q?", word, near)
}

// cutDir takes a leading -C dir off the arguments, like cmd/go.
func cutDir(args []string) (dir string, rest []string, err error) {
	if len(args) == 0 {
		return "", args, nil
	}
	for _, prefix := range []string{"-C=", "--C="} {
		if dir, ok := strings.CutPrefix(args[0], prefix); ok {
			return dir, args[1:], nil
		}
	}
	if args[0] != "-C" && args[0] != "--C" {
		return "", args, nil
	}
	if len(args) == 1 {
		return "", nil, errors.New("-C needs a folder")
	}
	return args[1], args[2:], nil
}

var errNoCheck = errors.New("no check is left to run")

// selected returns the analyzers to run: the checks asked for, or all, without
// the disabled ones. Both are lists with commas.
func (c *cli) selected(checks, disable string) ([]*analysis.Analyzer, error) {
	want, err := c.names(checks)
	if err != nil {
		return nil, err
	}
	unwanted, err := c.names(disable)
	if err != nil {
		return nil, err
	}
	var list []*analysis.Analyzer
	for _, a := range c.catalogue.Analyzers {
		if (len(want) == 0 || want[a.Name]) && !unwanted[a.Name] {
			list = append(list, a)
		}
	}
	if len(list) == 0 && len(c.catalogue.Analyzers) > 0 {
		return nil, errNoCheck
	}
	return list, nil
}

// names splits a list of check names, all of which must exist.
func (c *cli) names(list string) (map[string]bool, error) {
	names := make(map[string]bool)
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		if !c.has(name) {
			return nil, c.unknown(name)
		}
		names[name] = true
	}
	return names, nil
}

func (c *cli) has(name string) bool {
	for _, a := range c.catalogue.Analyzers {
		if a.Name == name {
			return true
		}
	}
	return false
}

// unknown is the error for a check that does not exist.
func (c *cli) unknown(name string) error {
	if hint := suggest.Hint(name, c.checkNames()); hint != "" {
		return fmt.Errorf("unknown check %q%s", name, hint)
	}
	return fmt.Errorf("unknown check %q; apivet list names them all", name)
}

func (c *cli) checkNames() []string { return names(c.catalogue.Analyzers) }

func names(analyzers []*analysis.Analyzer) []string {
	var list []string
	for _, a := range analyzers {
		list = append(list, a.Name)
	}
	return list
}

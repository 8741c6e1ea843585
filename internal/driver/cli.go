package driver

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/config"
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
		fmt.Fprint(c.stdout, usage)
		return nil
	case "list":
		c.list()
		return nil
	case "explain":
		return c.explain(args[1:])
	case "version", "-version", "--version":
		c.version()
		return nil
	}
	return c.analyse(ctx, dir, args)
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

// analyse is the command without a name: apivet [flags] [packages].
func (c *cli) analyse(ctx context.Context, dir string, args []string) error {
	fs := flag.NewFlagSet("apivet", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	checks := fs.String("checks", "", "")
	disable := fs.String("disable", "", "")
	notes := fs.Bool("notes", false, "")
	tags := fs.String("tags", "", "")
	var fix fixFlag
	fs.Var(&fix, "fix", "")
	diff := fs.Bool("diff", false, "")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(c.stdout, usage)
		return nil
	} else if err != nil {
		return fmt.Errorf("%w; apivet help lists the flags", err)
	}
	analyzers, err := c.selected(*checks, *disable)
	if err != nil {
		return err
	}
	if err := config.Analyzer.Flags.Set("notes", fmt.Sprint(*notes)); err != nil {
		return err
	}
	collectLess()
	base, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if *diff && !fix.on {
		return errors.New("-diff shows what -fix would change: it needs -fix or -fix=all")
	}
	find := func() (*Result, error) {
		r, err := Run(ctx, Options{Dir: dir, Patterns: fs.Args(), Tags: *tags, Analyzers: analyzers})
		if ctx.Err() != nil {
			return nil, errors.New("interrupted")
		}
		return r, err
	}
	r, err := find()
	if err != nil {
		return err
	}
	switch {
	case *diff:
		c.diff(fix, r, base)
		c.problems(r, base)
		return nil
	case fix.on:
		if r, err = c.fix(fix, r, find); err != nil {
			return err
		}
	}
	c.report(r, base)
	return nil
}

// report prints the result and sets the exit code.
func (c *cli) report(r *Result, dir string) {
	out := newTextWriter(c.stdout, dir)
	for _, f := range r.Findings {
		out.finding(f)
		if f.Severity != check.Note {
			c.code = exitFound
		}
	}
	c.problems(r, dir)
	fmt.Fprintln(c.stderr, "apivet:", counts(r))
}

// problems prints what was not analysed and sets the exit code.
func (c *cli) problems(r *Result, dir string) {
	out := newTextWriter(c.stderr, dir)
	for _, p := range r.Problems {
		out.problem(p)
		c.code = exitFailed
	}
}

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
		return nil, errors.New("no check is left to run")
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
	var all []string
	for _, a := range c.catalogue.Analyzers {
		all = append(all, a.Name)
	}
	if near := nearest(name, all); near != "" {
		return fmt.Errorf("unknown check %q, did you mean %q?", name, near)
	}
	return fmt.Errorf("unknown check %q; apivet list names them all", name)
}

package driver

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/cache"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
)

// A session is one run for a command line: what it takes, made ready and known
// to be right before anything is analysed.
type session struct {
	*cli
	flags  *runFlags
	dir    string // of the run, absolute
	out    *output
	run    *cachedRun
	filter *filter
	report report.Options
	note   string // what to add to the last line
}

// analyse is the command without a name: apivet [flags] [packages].
func (c *cli) analyse(ctx context.Context, dir string, args []string) error {
	f, err := parseRunFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		return c.help(nil)
	} else if err != nil {
		return err
	}
	s, err := c.prepare(ctx, dir, f)
	if err != nil {
		return err
	}
	defer s.out.discard()
	find := func() (*report.Result, error) { return s.find(ctx) }
	r, err := find()
	if err != nil {
		return err
	}
	switch {
	case f.diff:
		if err := s.put(r, false, func(w io.Writer) error { return c.diff(w, f.fix, r, s.dir, s.report.Specs) }); err != nil {
			return err
		}
		return s.problems(r)
	case f.fix.on:
		if r, err = c.fix(f.fix, r, find); err != nil {
			return err
		}
	}
	return s.write(r)
}

// prepare makes a session ready. The caller discards its output.
func (c *cli) prepare(ctx context.Context, dir string, f *runFlags) (*session, error) {
	if f.diff && !f.fix.on {
		return nil, errors.New("-diff shows what -fix would change: it needs -fix or -fix=all")
	}
	if f.diff && f.set["format"] {
		return nil, errors.New("-diff prints a patch, whatever the format: -format has no place there")
	}
	analyzers, err := c.selected(f.checks, f.disable)
	if err != nil {
		return nil, err
	}
	s := &session{cli: c, flags: f, out: &output{w: c.stdout}}
	if s.dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	conf, err := c.configure(s.dir, f, analyzers)
	if err != nil {
		return nil, err
	}
	if s.filter, err = newFilter(ctx, f, s.dir, conf); err != nil {
		return nil, err
	}
	s.run = &cachedRun{
		options: Options{Dir: dir, Patterns: f.patterns, Tags: f.tags, Analyzers: analyzers, Config: conf.file},
		flags:   conf.key(),
	}
	if f.stats {
		s.run.options.stats = new(runStats) // of this run, not of an earlier one
	} else if f.cache != cache.Off {
		if s.run.cache, err = cache.Open(os.Getenv(cacheVariable)); err != nil {
			return nil, fmt.Errorf("%s: %w", cacheVariable, err)
		}
	}
	s.report = report.Options{Dir: s.dir, Root: above(s.dir, ".git"), Specs: c.specs(analyzers), Version: thisProgram().module}
	if f.output != "" {
		if s.out, err = createOutput(inDir(s.dir, f.output)); err != nil {
			return nil, err
		}
		s.run.ignore = s.out.files()
	}
	collectLate(startCollecting)
	return s, nil
}

// find runs and leaves out what is known.
func (s *session) find(ctx context.Context) (*report.Result, error) {
	s.run.options.progress = newProgress(s.stderr)
	defer s.run.options.progress.end()
	r, err := s.run.run(ctx)
	s.run.options.progress.end()
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	if err == nil {
		s.note = s.filter.apply(r, s.stderr)
	}
	return r, err
}

// write writes the report and sets the exit code.
func (s *session) write(r *report.Result) error {
	o := s.report
	o.Color = s.flags.output == "" && colored(s.stdout, s.flags.color)
	write := func(w io.Writer) error { return report.Write(w, s.flags.format, r, o) }
	if err := s.put(r, report.TellsProblems(s.flags.format), write); err != nil {
		return err
	}
	if s.flags.failOn != never && r.AtLeast(check.Severity(s.flags.failOn)) > 0 {
		s.code = exitFound
	}
	if err := s.problems(r); err != nil {
		return err
	}
	if stats := s.run.options.stats; stats != nil {
		if err := stats.write(s.stderr); err != nil {
			return err
		}
	}
	fmt.Fprintln(s.stderr, "apivet:", report.Summary(r)+s.note)
	return nil
}

// put writes what a run has to say to its output. A file is left as it is where
// the run was incomplete and what would be written does not tell so: it would
// be taken for the whole.
func (s *session) put(r *report.Result, tells bool, write func(io.Writer) error) error {
	if len(r.Problems) > 0 && !tells && s.out.temp != nil {
		fmt.Fprintf(s.stderr, "apivet: %s is not written: not everything could be analysed\n", s.flags.output)
		return write(io.Discard)
	}
	return s.out.write(write)
}

// problems prints what was not analysed and sets the exit code.
func (s *session) problems(r *report.Result) error {
	if len(r.Problems) > 0 {
		s.code = exitFailed
	}
	o := s.report
	o.Color = colored(s.stderr, s.flags.color)
	return report.WriteProblems(s.stderr, r, o)
}

// above returns the nearest folder, from dir up, that has a file or folder of
// that name, or dir.
func above(dir, name string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, name)); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// specs returns the documentation of the checks that run.
func (c *cli) specs(analyzers []*analysis.Analyzer) []*check.Spec {
	var list []*check.Spec
	for _, s := range c.catalogue.Specs {
		if slices.ContainsFunc(analyzers, func(a *analysis.Analyzer) bool { return a.Name == s.Name }) {
			list = append(list, s)
		}
	}
	return list
}

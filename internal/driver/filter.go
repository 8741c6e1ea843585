package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/apivet/apivet/internal/baseline"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/newcode"
	"github.com/apivet/apivet/internal/report"
)

// A filter leaves out findings that the user knows of.
type filter struct {
	name  string // of the baseline, as the user writes it
	known *baseline.Baseline
	ran   func(baseline.Entry) bool
	lines *newcode.Lines
}

// newFilter reads what -baseline and -new-from name. dir is the folder of the
// run.
func newFilter(ctx context.Context, f *runFlags, dir string, conf *configured) (*filter, error) {
	out := &filter{name: f.baseline, ran: func(e baseline.Entry) bool {
		return conf.runs(e.Check) && (e.Severity != check.Note || conf.notes())
	}}
	var err error
	if f.baseline != "" {
		if out.known, err = baseline.Read(inDir(dir, f.baseline)); err != nil {
			return nil, fmt.Errorf("-baseline: %w", err)
		}
	}
	if f.newFrom != "" {
		if out.lines, err = newcode.Since(ctx, dir, f.newFrom); err != nil {
			return nil, fmt.Errorf("-new-from: %w", err)
		}
	}
	return out, nil
}

// maxStale bounds the stale entries that are printed.
const maxStale = 10

// apply takes known findings off the result. It returns what to add to the last
// line of the run, and prints to w which entries of the baseline are stale.
func (f *filter) apply(r *report.Result, w io.Writer) (note string) {
	if f.known != nil {
		n, stale := f.known.Filter(r, f.ran)
		if n > 0 {
			note += fmt.Sprintf("; %d in the baseline", n)
		}
		if len(stale) > 0 {
			fmt.Fprintf(w, "apivet: %s: %s no finding any more; apivet baseline writes it anew:\n", f.name, entriesMatch(len(stale)))
		}
		for i, e := range stale {
			if i == maxStale {
				fmt.Fprintf(w, "    and %d more\n", len(stale)-i)
				break
			}
			fmt.Fprintf(w, "    %s\n", e)
		}
	}
	if f.lines != nil {
		n := len(r.Findings)
		r.Findings = slices.DeleteFunc(r.Findings, func(finding report.Finding) bool { return !f.lines.Touches(&finding) })
		if n -= len(r.Findings); n > 0 {
			note += fmt.Sprintf("; %d on lines that did not change", n)
		}
	}
	return note
}

func entriesMatch(n int) string {
	if n == 1 {
		return "1 entry matches"
	}
	return fmt.Sprintf("%d entries match", n)
}

// inDir names a file of the command line, which is relative to the folder of
// the run.
func inDir(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// baselineFile is where the baseline is written without -o.
const baselineFile = ".apivet-baseline.json"

// baseline is the command that writes the findings of a run to a file, for
// -baseline.
func (c *cli) baseline(ctx context.Context, dir string, args []string) error {
	f, err := parseRunFlags(args)
	if err != nil {
		return err
	}
	for _, name := range []string{"fix", "diff", "format", "fail-on", "baseline", "new-from"} {
		if f.set[name] {
			return fmt.Errorf("baseline writes a file of its own form with all findings: -%s has no place there", name)
		}
	}
	if f.output == "" {
		f.output = baselineFile
	}
	s, err := c.prepare(ctx, dir, f)
	if err != nil {
		return err
	}
	defer s.out.discard()
	r, err := s.find(ctx)
	if err != nil {
		return err
	}
	if err := s.problems(r); err != nil {
		return err
	}
	if len(r.Problems) > 0 {
		return errors.New("no baseline is written: it would lack what is in the packages that were not analysed")
	}
	if err := s.out.write(baseline.New(r.Findings).Write); err != nil {
		return err
	}
	fmt.Fprintf(c.stderr, "apivet: %s written to %s\n", report.Plural(len(r.Findings), "finding"), f.output)
	return nil
}

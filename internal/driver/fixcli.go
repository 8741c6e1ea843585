package driver

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
)

// A fixFlag is the value of -fix: which fixes to apply.
type fixFlag struct {
	on, all bool
}

func (f *fixFlag) IsBoolFlag() bool { return true }

func (f *fixFlag) String() string { return "" }

func (f *fixFlag) Set(s string) error {
	switch s {
	case "true", string(check.Safe):
		*f = fixFlag{on: true}
	case "all":
		*f = fixFlag{on: true, all: true}
	case "false":
		*f = fixFlag{}
	default:
		return fmt.Errorf("use -fix for the safe fixes, -fix=all for the suggested ones too")
	}
	return nil
}

// fix applies fixes of the findings and returns what a second look finds: the
// places of the first no longer hold.
func (c *cli) fix(f fixFlag, r *report.Result, again func() (*report.Result, error)) (*report.Result, error) {
	plan := planFixes(r.Findings, f.all)
	fixed, files := 0, []*fixedFile{}
	for _, file := range plan.files {
		if err := file.write(); err != nil {
			plan.problems = append(plan.problems, report.Problem{Text: err.Error()})
			continue
		}
		files = append(files, file)
		fixed += file.findings
	}
	if len(files) > 0 {
		before := r.Broken()
		var err error
		if r, err = again(); err != nil || r.Broken() > before {
			return nil, takeBack(files, err)
		}
	}
	r.Problems = append(r.Problems, plan.problems...)
	c.fixNote(f, r, plan, fmt.Sprintf("fixed %s in %s", report.Plural(fixed, "finding"), report.Plural(len(files), "file")))
	return r, nil
}

// takeBack restores files whose fixes do not compile, and says so.
func takeBack(files []*fixedFile, err error) error {
	for _, file := range files {
		if err := file.restore(); err != nil {
			return fmt.Errorf("internal error: the fixes do not compile, and %w", err)
		}
	}
	if err != nil {
		return fmt.Errorf("the fixes are taken back: %w", err)
	}
	return fmt.Errorf("internal error: the fixes do not compile and are taken back; -fix -diff shows them")
}

// diff prints what fix would change. Something to fix is something found.
func (c *cli) diff(w io.Writer, f fixFlag, r *report.Result, dir string, specs []*check.Spec) error {
	plan := planFixes(r.Findings, f.all)
	for _, file := range plan.files {
		name := file.name
		if rel, err := filepath.Rel(dir, name); err == nil {
			name = rel
		}
		name = filepath.ToSlash(name)
		if _, err := w.Write(report.Diff(name, file.name, file.old, file.new, r.Findings, specs)); err != nil {
			return err
		}
		c.code = exitFound
	}
	r.Problems = append(r.Problems, plan.problems...)
	c.fixNote(f, r, plan, fmt.Sprintf("-fix would mend %s in %s", report.Plural(plan.fixed(), "finding"), report.Plural(len(plan.files), "file")))
	return nil
}

// fixNote says what was done, and what is left for another run.
func (c *cli) fixNote(f fixFlag, r *report.Result, plan *fixPlan, done string) {
	fmt.Fprintln(c.stderr, "apivet:", done)
	if plan.overlap > 0 {
		fmt.Fprintf(c.stderr, "apivet: %s more in the same lines; run again\n", report.Plural(plan.overlap, "finding"))
	}
	if f.all {
		return
	}
	suggested := 0
	for _, finding := range r.Findings {
		if len(finding.Fixes) > 0 && finding.Fixes[0].Safety != check.Safe {
			suggested++
		}
	}
	if suggested > 0 {
		fmt.Fprintf(c.stderr, "apivet: %s with a suggested fix; -fix=all applies those too\n", report.Plural(suggested, "finding"))
	}
}

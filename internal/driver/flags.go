package driver

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/apivet/apivet/internal/cache"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
	"github.com/apivet/apivet/internal/suggest"
)

// runFlags are the flags of a run.
type runFlags struct {
	checks, disable string
	notes           string // "" where it is not given
	tags            string
	format          string
	output          string
	failOn          string
	color           string
	fix             fixFlag
	diff            bool
	cache           string
	stats           bool
	baseline        string
	newFrom         string

	patterns []string
	set      map[string]bool // the flags that were given
}

// never is the value of -fail-on for a run that findings do not fail.
const never = "never"

// parseRunFlags reads the flags and patterns of a run. Its error is
// [flag.ErrHelp] or ready to print.
func parseRunFlags(args []string) (*runFlags, error) {
	f := new(runFlags)
	fs := flag.NewFlagSet("apivet", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&f.checks, "checks", "", "")
	fs.StringVar(&f.disable, "disable", "", "")
	fs.BoolFunc("notes", "", func(s string) error {
		on, err := strconv.ParseBool(s)
		f.notes = strconv.FormatBool(on)
		return err
	})
	fs.StringVar(&f.tags, "tags", "", "")
	fs.StringVar(&f.format, "format", report.Formats()[0], "")
	fs.StringVar(&f.output, "o", "", "")
	fs.StringVar(&f.failOn, "fail-on", string(check.Warning), "")
	fs.StringVar(&f.color, "color", "auto", "")
	fs.Var(&f.fix, "fix", "")
	fs.BoolVar(&f.diff, "diff", false, "")
	fs.StringVar(&f.baseline, "baseline", "", "")
	fs.StringVar(&f.newFrom, "new-from", "", "")
	fs.BoolVar(&f.stats, "stats", false, "")
	fs.StringVar(&f.cache, "cache", "on", "")
	if err := fs.Parse(args); err != nil {
		return nil, flagError(fs, err)
	}
	f.patterns, f.set = fs.Args(), make(map[string]bool)
	fs.Visit(func(fl *flag.Flag) { f.set[fl.Name] = true })
	for _, p := range f.patterns {
		if strings.HasPrefix(p, "-") {
			return nil, fmt.Errorf("%s: flags come before the packages", p)
		}
	}
	if len(f.patterns) > 0 {
		switch first := f.patterns[0]; {
		case slices.Contains(commands, first):
			return nil, fmt.Errorf("%s is a command and comes first: apivet %s", first, first)
		case first == "all" && f.fix.on && !f.fix.all:
			return nil, errors.New("-fix all: use -fix=all for the suggested fixes too, or ./... for all packages")
		}
	}
	for _, value := range []struct {
		flag, value string
		allowed     []string
	}{
		{"-format", f.format, report.Formats()},
		{"-fail-on", f.failOn, []string{string(check.Error), string(check.Warning), string(check.Note), never}},
		{"-cache", f.cache, []string{"on", cache.Off}},
		{"-color", f.color, []string{"auto", "always", "never"}},
	} {
		if err := oneOf(value.flag, value.value, value.allowed); err != nil {
			return nil, err
		}
	}
	if f.failOn == string(check.Note) {
		f.notes = "true" // a run without notes would never fail
	}
	return f, nil
}

// oneOf wants a flag's value to be one of a few.
func oneOf(name, value string, allowed []string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	if hint := suggest.Hint(value, allowed); hint != "" {
		return fmt.Errorf("%s=%s: unknown value%s", name, value, hint)
	}
	return fmt.Errorf("%s=%s: unknown value, want %s", name, value, strings.Join(allowed, ", "))
}

// flagError adds to the error for an unknown flag the one that was meant.
func flagError(fs *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	const unknown = "flag provided but not defined: -"
	name, ok := strings.CutPrefix(err.Error(), unknown)
	if !ok {
		return fmt.Errorf("%w; apivet help lists the flags", err)
	}
	if name == "C" {
		return errors.New("-C must come first: apivet -C dir [flags] [packages]")
	}
	if name == "V" || name == "v" {
		return fmt.Errorf("unknown flag -%s; apivet version prints the version", name)
	}
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if near := suggest.Nearest(name, names); near != "" {
		return fmt.Errorf("unknown flag -%s, did you mean -%s?", name, near)
	}
	return fmt.Errorf("unknown flag -%s; apivet help lists the flags", name)
}

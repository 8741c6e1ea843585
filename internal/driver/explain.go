package driver

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/apivet/apivet/internal/report"
)

const usage = `apivet finds pitfalls in Go code that talks to HTTP APIs.

Usage:

	apivet [-C dir] [flags] [packages]
	go vet -vettool=$(which apivet) [-notes] [-<check>=false] [-fix [-suggested]] [packages]

Packages are patterns as for go list, such as ./... ; none is the package in
the current folder.

Flags:

	-C dir          change to dir first; must come first
	-checks a,b     run only these checks
	-disable a,b    do not run these checks
	-notes          report advice (severity note) too
	-tags a,b       build tags
	-format f       text (default), json, sarif, or github: annotations
	-o file         write the report to a file; it appears whole or not at all
	-fail-on s      exit with 1 for findings of severity error, warning (default)
	                or note (implies -notes) and above, or never
	-baseline file  report only what is not in a file that apivet baseline wrote
	-new-from rev   report only findings on lines that changed since the work
	                tree and the git revision went apart
	-cache off      do not use the results of earlier runs, which are kept in
	                the user's cache folder or in $APIVET_CACHE
	-stats          print to standard error what was read, what is known of the
	                requests in it, and where the time went
	-color when     auto (default; NO_COLOR is heeded), always or never
	-fix            apply the safe fixes and report what is left;
	                -fix=all applies the suggested ones too
	-diff           with -fix: print a diff, change nothing (exit code 1
	                where there is something to fix)

Commands:

	apivet list             names, severities and titles of the checks;
	                        with -format json, their documentation
	apivet explain <check>  what a check reports, why, and what to do
	apivet baseline [flags] [packages]
	                        writes the findings of a run to .apivet-baseline.json
	                        or to the file of -o
	apivet init             write a commented .apivet.yaml at the module's root
	apivet version          the version of this program
	apivet help             this text

Exit codes: 0 nothing found, 1 findings that -fail-on counts,
2 something could not be analysed (findings are still printed).
`

// commands are the words that begin a command line.
var commands = []string{"list", "explain", "baseline", "init", "version", "help"}

// list prints one line a check, or all that is known of each as JSON.
func (c *cli) list(args []string) error {
	fs := flag.NewFlagSet("list", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	format := fs.String("format", "text", "")
	if err := fs.Parse(args); err != nil {
		return flagError(fs, err)
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("list takes no argument %q; apivet explain tells about one check", fs.Arg(0))
	}
	if err := oneOf("-format", *format, []string{"text", "json"}); err != nil {
		return err
	}
	if *format == "json" {
		return report.WriteChecks(c.stdout, c.catalogue.Specs)
	}
	w := tabwriter.NewWriter(c.stdout, 0, 8, 2, ' ', 0)
	for _, s := range c.catalogue.Specs {
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, s.Severity, s.Title)
	}
	return w.Flush()
}

// explain prints the documentation of one check.
func (c *cli) explain(args []string) error {
	if len(args) != 1 {
		return errors.New("explain needs the name of one check; apivet list names them all")
	}
	for _, s := range c.catalogue.Specs {
		if s.Name == args[0] {
			_, err := io.WriteString(c.stdout, report.Explain(s))
			return err
		}
	}
	return c.unknown(args[0])
}

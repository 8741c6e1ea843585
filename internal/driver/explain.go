package driver

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/apivet/apivet/internal/check"
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
	-fix            apply the safe fixes and report what is left;
	                -fix=all applies the suggested ones too
	-diff           with -fix: print a diff, change nothing (exit code 1
	                where there is something to fix)

Commands:

	apivet list             names, severities and titles of the checks
	apivet explain <check>  what a check reports, why, and what to do
	apivet version          the version of this program
	apivet help             this text

Exit codes: 0 nothing found, 1 findings of severity warning or above,
2 something could not be analysed (findings are still printed).
`

// list prints one line a check.
func (c *cli) list() {
	w := tabwriter.NewWriter(c.stdout, 0, 8, 2, ' ', 0)
	for _, s := range c.catalogue.Specs {
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, s.Severity, s.Title)
	}
	w.Flush()
}

// explain prints the documentation of one check.
func (c *cli) explain(args []string) error {
	if len(args) != 1 {
		return errors.New("explain needs the name of one check; apivet list names them all")
	}
	for _, s := range c.catalogue.Specs {
		if s.Name == args[0] {
			explainSpec(c.stdout, s)
			return nil
		}
	}
	return c.unknown(args[0])
}

// explainSpec prints a check's documentation as plain text. Parts that the
// check does not have are left out.
func explainSpec(w io.Writer, s *check.Spec) {
	fmt.Fprintf(w, "%s: %s\n\nSeverity: %s. Confidence: %s.", s.Name, s.Title, s.Severity, s.Confidence)
	if s.Since != "" {
		fmt.Fprintf(w, " Since %s.", s.Since)
	}
	fmt.Fprintln(w)
	section(w, "Why", s.Why)
	section(w, "Instead", s.Fix)
	section(w, "Bad", indent(s.Bad))
	section(w, "Good", indent(s.Good))
	section(w, "Limits", s.Limits)
	var sources []string
	for _, src := range s.Sources {
		line := fmt.Sprintf("%s: %q", src.Vendor, src.Text)
		if src.URL != "" {
			line += "\n  " + src.URL
		}
		sources = append(sources, line)
	}
	section(w, "Vendors say", strings.Join(sources, "\n"))
	section(w, "References", strings.Join(s.References, "\n"))
	section(w, "Page", s.URL())
}

func section(w io.Writer, title, text string) {
	if text = strings.Trim(text, "\n"); text != "" {
		fmt.Fprintf(w, "\n%s\n\n%s\n", title, text)
	}
}

func indent(code string) string {
	code = strings.TrimSpace(code)
	if code == "" {
		return ""
	}
	return "\t" + strings.ReplaceAll(code, "\n", "\n\t")
}

// version prints the module version and the commit that the binary was built from.
func (c *cli) version() {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		fmt.Fprintln(c.stdout, "apivet version unknown")
		return
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	fmt.Fprintf(c.stdout, "apivet version %s %s", version, info.GoVersion)
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			fmt.Fprintf(c.stdout, " %s", s.Value)
		}
	}
	fmt.Fprintln(c.stdout)
}

// Package config holds what a run is asked to do beyond the choice of checks.
// Checks read it as the result of [Analyzer], so that every driver can set it
// without package-level state of its own.
package config

import (
	"flag"
	"os"
	"reflect"

	"golang.org/x/tools/go/analysis"
)

// A Config is one run's settings.
type Config struct {
	// Notes asks for findings of severity note too.
	Notes bool
	// Suffix ends each message with " (checkname)", for doors whose text
	// shows neither the check nor its page.
	Suffix bool
	// Suggested makes findings carry the fixes that want to be read before they
	// are committed, beside those that are safe.
	Suggested bool
	// Browser says that the packages are type-checked for GOOS=js, so that
	// facts about what a browser loads are wanted. It is for drivers that do not
	// run in that environment themselves; facts may depend on it, since they
	// depend on the platform anyway.
	Browser bool
}

// Analyzer makes the run's Config available to the checks. Drivers set its
// flags: notes, suffix, suggested and browser.
var Analyzer = newAnalyzer()

func newAnalyzer() *analysis.Analyzer {
	var c Config
	fs := flag.NewFlagSet("apivetconfig", flag.ContinueOnError)
	fs.BoolVar(&c.Notes, "notes", false, "report advice (severity note) too")
	fs.BoolVar(&c.Browser, "browser", false, "the packages are those of a js/wasm build (implied by GOOS=js)")
	fs.BoolVar(&c.Suggested, "suggested", false, "let -fix apply the fixes that want to be read before they are committed, too")
	fs.BoolVar(&c.Suffix, "suffix", false, "end each message with the check's name")
	return &analysis.Analyzer{
		Name:             "apivetconfig",
		Doc:              "apivetconfig provides the settings of the run to apivet's checks",
		Flags:            *fs,
		ResultType:       reflect.TypeFor[*Config](),
		RunDespiteErrors: true,
		Run: func(*analysis.Pass) (any, error) {
			copied := c
			copied.Browser = c.Browser || os.Getenv("GOOS") == "js" // cmd/go exports it to vet tools
			return &copied, nil
		},
	}
}

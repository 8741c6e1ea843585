// Package plugin makes apivet's checks a module plugin of golangci-lint, under
// the name apivet. .golangci.example.yml shows its settings.
package plugin

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/config"
)

func init() { register.Plugin("apivet", New) }

type settings struct {
	Checks  []string `json:"checks"`  // run only these
	Disable []string `json:"disable"` // do not run these
	Notes   bool     `json:"notes"`   // report advice (severity note) too
}

// New returns the plugin for the settings that golangci-lint read.
func New(conf any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[settings](conf)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Concat(s.Checks, s.Disable) {
		if analyzers.ByName(name) == nil {
			return nil, fmt.Errorf("unknown check %q", name)
		}
	}
	return s, nil
}

// BuildAnalyzers returns the checks that the settings ask for.
func (s settings) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	if err := config.Analyzer.Flags.Set("notes", strconv.FormatBool(s.Notes)); err != nil {
		return nil, err
	}
	var list []*analysis.Analyzer
	for _, a := range analyzers.All() {
		if len(s.Checks) > 0 && !slices.Contains(s.Checks, a.Name) || slices.Contains(s.Disable, a.Name) {
			continue
		}
		list = append(list, withoutRelated(a))
	}
	if len(list) == 0 {
		return nil, errors.New("no check is left to run")
	}
	return list, nil
}

// withoutRelated returns the same check without the places that explain its
// findings: golangci-lint makes an issue of each, and one cause is one issue.
func withoutRelated(a *analysis.Analyzer) *analysis.Analyzer {
	plain := *a
	plain.Run = func(pass *analysis.Pass) (any, error) {
		copied := *pass
		copied.Report = func(d analysis.Diagnostic) {
			d.Related = nil
			pass.Report(d)
		}
		return a.Run(&copied)
	}
	return &plain
}

// GetLoadMode says that the checks need types.
func (settings) GetLoadMode() string { return register.LoadModeTypesInfo }

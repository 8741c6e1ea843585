// Package plugin makes apivet's checks a module plugin of golangci-lint, under
// the name apivet. .golangci.example.yml shows its settings.
package plugin

import (
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
	return slices.DeleteFunc(analyzers.All(), func(a *analysis.Analyzer) bool {
		return len(s.Checks) > 0 && !slices.Contains(s.Checks, a.Name) || slices.Contains(s.Disable, a.Name)
	}), nil
}

// GetLoadMode says that the checks need types.
func (settings) GetLoadMode() string { return register.LoadModeTypesInfo }

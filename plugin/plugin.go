// Package plugin makes apivet's checks a module plugin of golangci-lint, under
// the name apivet. Its settings are the keys of .apivet.yaml, which it reads
// too; .golangci.example.yml shows them.
package plugin

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/strictyaml"
)

func init() { register.Plugin("apivet", New) }

type plugin struct {
	settings string // as JSON
	digest   []byte // of all that findings depend on beside the source
	runs     func(check string) bool
}

// New returns the plugin for the settings that golangci-lint read, on top of
// the .apivet.yaml of the module in the current folder.
func New(conf any) (register.LinterPlugin, error) {
	settings, err := register.DecodeSettings[config.File](conf)
	if err != nil {
		return nil, plain(err)
	}
	if err := settings.Validate(names()); err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	merged, err := config.Load(dir, names(), settings)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(conf)
	if err != nil {
		return nil, err
	}
	digest, err := config.Digest(dir)
	if err != nil {
		return nil, err
	}
	return &plugin{settings: string(text), digest: digest, runs: merged.Runs}, nil
}

// plain takes the words of the JSON decoder off an error that names the key.
func plain(err error) error {
	var bad *strictyaml.Error
	if errors.As(err, &bad) {
		return bad
	}
	return err
}

func names() []string {
	var list []string
	for _, a := range analyzers.All() {
		list = append(list, a.Name)
	}
	return list
}

// BuildAnalyzers returns the checks that the settings ask for.
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	for name, value := range map[string]string{
		"notes": "", "asked": "", "known": strings.Join(names(), ","), "settings": p.settings,
	} {
		if err := config.Analyzer.Flags.Set(name, value); err != nil {
			return nil, err
		}
	}
	if !slices.ContainsFunc(names(), p.runs) {
		return nil, errors.New("no check is left to run")
	}
	list := []*analysis.Analyzer{p.key()}
	for _, a := range analyzers.All() {
		list = append(list, withoutRelated(a))
	}
	return list, nil
}

// key returns an analyzer that does nothing. golangci-lint caches findings by
// the names of the analyzers and by its own configuration: neither knows of
// .apivet.yaml, nor of the version of a plugin.
func (p *plugin) key() *analysis.Analyzer {
	h := sha256.New()
	h.Write(p.digest)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			fmt.Fprintln(h, m.Path, m.Version, m.Sum)
		}
	}
	return &analysis.Analyzer{
		Name: fmt.Sprintf("apivetkey_%x", h.Sum(nil)[:8]),
		Doc:  "apivetkey tells golangci-lint's cache what findings depend on",
		Run:  func(*analysis.Pass) (any, error) { return nil, nil },
	}
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
func (*plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

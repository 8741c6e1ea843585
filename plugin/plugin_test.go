package plugin

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"

	"github.com/apivet/apivet/analyzers"
)

// What the checks find through the plugin is tested in tools/golangci-lint,
// with a real golangci-lint.
func TestSettings(t *testing.T) {
	all := analyzers.All()
	first := []any{all[0].Name}
	tests := []struct {
		name string
		conf any
		want int // analyzers, -1 for an error
	}{
		{"none", nil, len(all)},
		{"empty", map[string]any{}, len(all)},
		{"notes", map[string]any{"notes": true}, len(all)},
		{"checks", map[string]any{"checks": first}, 1},
		{"disable", map[string]any{"disable": first}, len(all) - 1},
		{"both", map[string]any{"checks": first, "disable": first}, -1},
		{"unknown check", map[string]any{"checks": []any{"nosuch"}}, -1},
		{"unknown setting", map[string]any{"note": true}, -1},
		{"wrong type", map[string]any{"notes": "yes"}, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			newPlugin, err := register.GetPlugin("apivet")
			if err != nil {
				t.Fatal(err)
			}
			got := -1
			if p, err := newPlugin(tt.conf); err == nil {
				list, err := p.BuildAnalyzers()
				if err == nil {
					got = len(list)
				}
			}
			if got != tt.want {
				t.Errorf("%d analyzers, want %d", got, tt.want)
			}
		})
	}
}

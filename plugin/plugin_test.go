package plugin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"

	"github.com/apivet/apivet/analyzers"
)

// What the checks find through the plugin is tested in tools/golangci-lint,
// with a real golangci-lint.
func TestSettings(t *testing.T) {
	all := names()
	first := []any{all[0]}
	for _, tt := range []struct {
		name string
		conf any
		runs int    // checks
		want string // error
	}{
		{"none", nil, len(all), ""},
		{"empty", map[string]any{}, len(all), ""},
		{"notes", map[string]any{"notes": true}, len(all), ""},
		{"checks", map[string]any{"checks": first}, 1, ""},
		{"disable", map[string]any{"disable": first}, len(all) - 1, ""},
		{"both", map[string]any{"checks": first, "disable": first}, 0, "settings: disable: no check is left to run"},
		{"unknown check", map[string]any{"checks": []any{"bodyleek"}}, 0, `settings: checks[0]: unknown check "bodyleek", did you mean "bodyleak"?`},
		{"unknown setting", map[string]any{"note": true}, 0, `settings: unknown key "note", did you mean "notes"?`},
		{"wrong type", map[string]any{"notes": "yes"}, 0, "settings: notes: wants true or false"},
		{"severity", map[string]any{"severity": map[string]any{all[0]: "bad"}}, 0, `settings: severity.` + all[0] + `: "bad" is none of its words; known are error, warning, note`},
		{"provider", map[string]any{"bind": []any{map[string]any{"packages": []any{"./..."}, "provider": "strype"}}}, 0, `settings: bind[0].provider: unknown provider "strype", did you mean "stripe"?`},
		{"library", map[string]any{"libraries": []any{map[string]any{"packages": []any{"a"}, "functions": map[string]any{"f": map[string]any{"clos": 1}}}}}, 0, `settings: libraries[0].functions.f: unknown key "clos", did you mean "close"?`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			newPlugin, err := register.GetPlugin("apivet")
			if err != nil {
				t.Fatal(err)
			}
			p, err := newPlugin(tt.conf)
			if text := errText(err); text != tt.want {
				t.Fatalf("got  %s\nwant %s", text, tt.want)
			}
			if err != nil {
				return
			}
			list, err := p.BuildAnalyzers()
			if err != nil || len(list) != len(analyzers.All())+1 {
				t.Fatalf("%d analyzers, %v", len(list), err)
			}
			n := 0
			for _, name := range all {
				if p.(*plugin).runs(name) {
					n++
				}
			}
			if n != tt.runs {
				t.Errorf("%d checks run, want %d", n, tt.runs)
			}
		})
	}
}

// golangci-lint caches findings by the analyzers' names: one of them changes
// with .apivet.yaml.
func TestKey(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GOWORK", "off")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	key := func() string {
		p, err := New(nil)
		if err != nil {
			t.Fatal(err)
		}
		list, err := p.BuildAnalyzers()
		if err != nil || !strings.HasPrefix(list[0].Name, "apivetkey_") {
			t.Fatal(list, err)
		}
		return list[0].Name
	}
	write("go.mod", "module m\n")
	none := key()
	write(".apivet.yaml", "notes: true\n")
	some := key()
	if none == some || some != key() {
		t.Errorf("keys are %s and %s", none, some)
	}
	write(".apivet.yaml", "disable: [nosuch]\n")
	if _, err := New(nil); err == nil || !strings.Contains(err.Error(), `.apivet.yaml:1:11: disable[0]: unknown check "nosuch"`) {
		t.Errorf("error is %v", err)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

package repotest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/provider"
)

func checkNames() []string {
	var names []string
	for _, a := range analyzers.All() {
		names = append(names, a.Name)
	}
	return names
}

// The example configures checks that exist.
func TestExampleConfiguration(t *testing.T) {
	if _, err := config.Parse(".apivet.example.yml", []byte(read(t, ".apivet.example.yml")), checkNames()); err != nil {
		t.Error(err)
	}
}

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```")

// What docs/configuration.md shows is a configuration, or a profile, and it has
// a row for every key.
func TestConfigurationPage(t *testing.T) {
	page := read(t, "docs/configuration.md")
	blocks := yamlBlock.FindAllStringSubmatch(page, -1)
	if len(blocks) < 4 {
		t.Errorf("%d blocks", len(blocks))
	}
	for _, m := range blocks {
		var err error
		if strings.HasPrefix(m[1], "name:") {
			_, err = provider.ParseOwn("profile", []byte(m[1]))
		} else {
			_, err = config.Parse("configuration", []byte(m[1]), checkNames())
		}
		if err != nil {
			t.Errorf("%v in\n%s", err, m[1])
		}
	}
	for _, key := range config.Keys() {
		if !strings.Contains(page, "| `"+key+"` | ") {
			t.Errorf("no row for %s", key)
		}
	}
}

// What docs/golangci-lint.md shows of .custom-gcl.yml is the example.
func TestCustomPage(t *testing.T) {
	var want strings.Builder
	for line := range strings.Lines(read(t, ".custom-gcl.example.yml")) {
		if !strings.HasPrefix(line, "#") {
			want.WriteString("   " + line)
		}
	}
	if !strings.Contains(read(t, "docs/golangci-lint.md"), want.String()) {
		t.Errorf("the page does not show\n%s", want.String())
	}
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/apivet/apivet/internal/config"
)

// settings are the generated files on the configuration, by name.
func settings(root string, checks []string) (map[string]string, error) {
	schema, err := configSchema(root, checks)
	if err != nil {
		return nil, err
	}
	version, err := golangciVersion(root)
	if err != nil {
		return nil, err
	}
	const made = "# Made by go generate from internal/config. Do not edit.\n"
	return map[string]string{
		schemaFile: schema,
		".apivet.example.yml": made +
			"# Every key of .apivet.yaml, which belongs at the root of the module.\n" +
			"# " + config.SchemaComment + "\n\n" + config.Example(false),
		".golangci.example.yml": made + golangciHead + indented(config.Example(true), "          ") + golangciTail,
		".custom-gcl.example.yml": made +
			"# As .custom-gcl.yml it makes `golangci-lint custom` build a golangci-lint with apivet.\n" +
			"version: " + version + "\n" + customGCL,
	}, nil
}

const golangciHead = `# apivet as a module plugin of golangci-lint v2. The plugin must be built in: see
# .custom-gcl.example.yml. The settings are the keys of .apivet.yaml, which is
# read too; a key here wins over the same key there.
version: "2"
linters:
  default: none # or the linters that you use
  enable:
    - apivet
  settings:
    custom:
      apivet:
        type: module
        description: mistakes in code that calls other people's HTTP APIs
        original-url: github.com/apivet/apivet
        settings:
`

const golangciTail = `issues:
  # golangci-lint shows at most 50 findings of a linter unless told otherwise.
  max-issues-per-linter: 0
  max-same-issues: 0
  # ... and one finding a line, of all linters together.
  uniq-by-line: false
`

const customGCL = `plugins:
  - module: github.com/apivet/apivet
    import: github.com/apivet/apivet/plugin
    version: latest
`

func indented(text, prefix string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(prefix)
		}
		b.WriteString(line)
	}
	return b.String()
}

var requiresGolangci = regexp.MustCompile(`(?m)^\s*github\.com/golangci/golangci-lint/v2 (v\S+)`)

// golangciVersion is the version that the plugin is tested with.
func golangciVersion(root string) (string, error) {
	data, err := os.ReadFile(filepath.Join(root, "tools", "golangci-lint", "go.mod"))
	if err != nil {
		return "", err
	}
	m := requiresGolangci.FindSubmatch(data)
	if m == nil {
		return "", fmt.Errorf("tools/golangci-lint/go.mod requires no golangci-lint")
	}
	return string(m[1]), nil
}

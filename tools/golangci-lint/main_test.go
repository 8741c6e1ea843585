package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/driver"
)

const root = "../.."

// golangci-lint sees one platform, so the page's program is left out.
var patterns = []string{"./cmd/...", "./internal/..."}

func TestMain(m *testing.M) {
	if os.Getenv("APIVET_TEST_GOLANGCI") != "" {
		main() // the test's program is golangci-lint too, so that it is linked once
		return
	}
	os.Exit(m.Run())
}

// The plugin finds in the sample what apivet finds there.
func TestSample(t *testing.T) {
	conf, err := filepath.Abs(root + "/.golangci.example.yml")
	if err != nil {
		t.Fatal(err)
	}
	l := linter{dir: root + "/sample", conf: conf, cache: t.TempDir()}
	same(t, "golangci-lint", l.findings(t), apivet(t, root+"/sample"))
}

// settings change what is found in the sample, in each of their ways.
const settings = `disable: [keepalive]
notes: true
exclude:
  - paths: [internal/bank]
    checks: [errordetails]
providers: [vendors/acme.yaml]
bind:
  - packages: [./internal/fx]
    provider: acme
libraries:
  - packages: [github.com/apivet/apivet/sample/internal/bank]
    functions:
      Client.send: {send: {method-arg: 1, url: 2, client: recv, response: closed}}
`

const profile = "name: Acme Rates\nhosts: [{host: rates.example, use: production}]\n"

// The three doors find the same in one project with a configuration, and other
// things after a change of it, whatever their caches hold.
func TestThreeDoors(t *testing.T) {
	dir := t.TempDir()
	copySample(t, dir)
	write(t, dir, "vendors/acme.yaml", profile)
	write(t, dir, config.FileName, settings)
	conf := filepath.Join(dir, ".golangci.yml")
	write(t, dir, ".golangci.yml", lintConfig(""))
	tool := filepath.Join(dir, "apivet.exe")
	if out, err := exec.Command("go", "build", "-o", tool, "github.com/apivet/apivet/cmd/apivet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	l := linter{dir: dir, conf: conf, cache: filepath.Join(t.TempDir(), "cache")}

	plain := apivet(t, root+"/sample")
	first := apivet(t, dir)
	leak := func(s string) bool { return strings.HasPrefix(s, "accounts.go:20:21: bodyleak:") }
	if !slices.ContainsFunc(plain, leak) || slices.ContainsFunc(first, leak) {
		t.Errorf("the description of send does not count: without it\n%s\nand with it\n%s", strings.Join(plain, "\n"), strings.Join(first, "\n"))
	}
	same(t, "golangci-lint", l.findings(t), first)
	same(t, "go vet", vet(t, tool, dir), first)

	// The same settings in golangci-lint's own file, whose keys it turns into
	// lower case.
	if err := os.Remove(filepath.Join(dir, config.FileName)); err != nil {
		t.Fatal(err)
	}
	write(t, dir, ".golangci.yml", lintConfig(settings))
	same(t, "golangci-lint with settings", l.findings(t), first)

	write(t, dir, ".golangci.yml", lintConfig(""))
	write(t, dir, config.FileName, "checks: [keepalive]\n")
	second := apivet(t, dir)
	if len(second) == 0 || slices.Equal(first, second) {
		t.Errorf("the change does not count:\n%s", strings.Join(second, "\n"))
	}
	same(t, "golangci-lint after a change", l.findings(t), second)
	same(t, "go vet after a change", vet(t, tool, dir), second)
}

// What is wrong with the settings is one clear error, and never a green run.
func TestBroken(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/m\n\ngo 1.26\n")
	write(t, dir, "m.go", "package m\n")
	l := linter{dir: dir, conf: filepath.Join(dir, ".golangci.yml"), cache: t.TempDir()}
	for _, tt := range []struct{ settings, file, want string }{
		{"checks: [bodyleek]\n", "", `settings: checks[0]: unknown check "bodyleek", did you mean "bodyleak"?`},
		{"note: true\n", "", `settings: unknown key "note", did you mean "notes"?`},
		{"", "notes: true\nnote: true\n", config.FileName + `:2:1: unknown key "note", did you mean "notes"?`},
		{"", "bind: [{packages: [./...], provider: strype}]\n", config.FileName + `:1:38: bind[0].provider: unknown provider "strype", did you mean "stripe"?`},
		{"", "libraries: [{packages: [example.com/m], functions: {F: {close: 0}}}]\n", config.FileName + `:1:53: libraries[0].functions.F: package example.com/m has no F`},
	} {
		write(t, dir, ".golangci.yml", lintConfig(tt.settings))
		write(t, dir, config.FileName, tt.file)
		out, code := l.run(t, "./...")
		if code == 0 || code == found || !strings.Contains(strings.ReplaceAll(out, `\"`, `"`), tt.want) {
			t.Errorf("exit status %d, want an error that says %s:\n%s", code, tt.want, out)
		}
	}
}

// The example for golangci-lint custom builds what is tested here.
func TestCustom(t *testing.T) {
	data, err := os.ReadFile(root + "/.custom-gcl.example.yml")
	if err != nil {
		t.Fatal(err)
	}
	var custom struct {
		Version string
		Plugins []struct{ Module, Import, Version string }
	}
	if err := yaml.UnmarshalWithOptions(data, &custom, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || len(custom.Plugins) != 1 {
		t.Fatal(ok, custom)
	}
	versions := map[string]string{}
	for _, m := range info.Deps {
		versions[m.Path] = m.Version
	}
	if v := versions["github.com/golangci/golangci-lint/v2"]; v != custom.Version {
		t.Errorf("version %s, tested is %s", custom.Version, v)
	}
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if p := custom.Plugins[0]; versions[p.Module] == "" || !strings.Contains(string(source), `_ "`+p.Import+`"`) {
		t.Errorf("main.go has no plugin %+v", p)
	}
}

// lintConfig is a .golangci.yml with settings of apivet.
func lintConfig(settings string) string {
	text := "version: \"2\"\nlinters:\n  default: none\n  enable: [apivet]\n  settings:\n    custom:\n      apivet:\n        type: module\n"
	if settings != "" {
		text += "        settings:\n          " + strings.ReplaceAll(strings.TrimSpace(settings), "\n", "\n          ") + "\n"
	}
	return text + "issues: {max-issues-per-linter: 0, max-same-issues: 0, uniq-by-line: false}\n"
}

// apivet returns what apivet finds in a module, as "file:line:col: check: message".
func apivet(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	for _, a := range analyzers.All() {
		names = append(names, a.Name)
	}
	if err := config.Analyzer.Flags.Set("known", strings.Join(names, ",")); err != nil {
		t.Fatal(err)
	}
	r, err := driver.Run(t.Context(), driver.Options{Dir: dir, Patterns: patterns, Analyzers: analyzers.All()})
	if err != nil || len(r.Problems) > 0 || len(r.Findings) == 0 {
		t.Fatalf("apivet: %v, problems %v, %d findings", err, r.Problems, len(r.Findings))
	}
	var list []string
	for _, f := range r.Findings {
		list = append(list, fmt.Sprintf("%s:%d:%d: %s: %s", filepath.Base(f.Pos.Filename), f.Pos.Line, f.Pos.Column, f.Check, f.Message))
	}
	slices.Sort(list)
	return list
}

var vetLine = regexp.MustCompile(`(?m)^(?:\S*/)?([^\s/:]+:\d+:\d+): (.*) \(([a-z]+)\)$`)

// vet returns what go vet finds, in the same form.
func vet(t *testing.T, tool, dir string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"vet", "-vettool=" + tool}, patterns...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("go vet succeeds")
	}
	var list []string
	for _, m := range vetLine.FindAllStringSubmatch(string(out), -1) {
		list = append(list, m[1]+": "+m[3]+": "+m[2])
	}
	slices.Sort(list)
	return list
}

// found is the exit status for findings, which golangci-lint has no other use for.
const found = 17

// A linter is golangci-lint in a folder.
type linter struct{ dir, conf, cache string }

func (l linter) run(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	all := []string{"run", "--config", l.conf, "--output.json.path", "stdout", "--issues-exit-code", fmt.Sprint(found)}
	cmd := exec.Command(os.Args[0], append(all, args...)...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "APIVET_TEST_GOLANGCI=1", "GOLANGCI_LINT_CACHE="+l.cache)
	data, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(data), cmd.ProcessState.ExitCode()
}

// findings returns what golangci-lint finds, in the same form.
func (l linter) findings(t *testing.T) []string {
	t.Helper()
	out, code := l.run(t, patterns...)
	if code != found {
		t.Fatalf("golangci-lint: exit status %d, want %d\n%s", code, found, out)
	}
	var report struct {
		Issues []struct {
			Text string
			Pos  struct {
				Filename     string
				Line, Column int
			}
		}
	}
	_, text, _ := strings.Cut(out, `{"Issues"`)
	if err := json.NewDecoder(strings.NewReader(`{"Issues"` + text)).Decode(&report); err != nil {
		t.Fatalf("%v in the output of golangci-lint:\n%s", err, out)
	}
	var list []string
	for _, i := range report.Issues {
		list = append(list, fmt.Sprintf("%s:%d:%d: %s", filepath.Base(i.Pos.Filename), i.Pos.Line, i.Pos.Column, i.Text))
	}
	slices.Sort(list)
	return list
}

func same(t *testing.T, door string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s finds\n%s\napivet finds\n%s", door, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func copySample(t *testing.T, dir string) {
	t.Helper()
	if err := os.CopyFS(dir, os.DirFS(root+"/sample")); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

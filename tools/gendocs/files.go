package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/driver"
	"github.com/apivet/apivet/internal/report"
)

const (
	pagesDir = "docs/checks"
	ciPage   = "docs/ci.md"
	notice   = "<!-- Made by go generate from %s. Do not edit. -->\n\n"
)

// files returns every generated file of the repository by its slash-separated
// name below root.
func files(root string) (map[string]string, error) {
	specs := analyzers.Specs()
	want := map[string]string{pagesDir + "/README.md": index(specs)}
	for _, s := range specs {
		want[pagesDir+"/"+s.Name+".md"] = fmt.Sprintf(notice, "passes/"+s.Name) + report.Page(s)
	}
	var checks []string
	for _, s := range specs {
		checks = append(checks, s.Name)
	}
	more, err := settings(root, checks)
	if err != nil {
		return nil, err
	}
	maps.Copy(want, more)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	found, err := finding(filepath.Join(root, "sample"), specs[0].Name)
	if err != nil {
		return nil, err
	}
	text, err := replace(string(readme), "checks", table(specs, pagesDir+"/"))
	if err != nil {
		return nil, err
	}
	if want["README.md"], err = replace(text, "finding", "```text\n"+found+"```\n"); err != nil {
		return nil, err
	}
	want[ciPage], err = ci(root)
	return want, err
}

// ci is the page on CI with the inputs of the action.
func ci(root string) (string, error) {
	page, err := os.ReadFile(filepath.Join(root, ciPage))
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		return "", err
	}
	var action struct{ Inputs yaml.MapSlice }
	if err := yaml.UnmarshalWithOptions(data, &action, yaml.UseOrderedMap()); err != nil {
		return "", fmt.Errorf("action.yml: %w", err)
	}
	var b strings.Builder
	b.WriteString("| input | meaning | default |\n|---|---|---|\n")
	for _, in := range action.Inputs {
		about, ok := in.Value.(yaml.MapSlice)
		if !ok {
			return "", fmt.Errorf("action.yml: input %v has no description", in.Key)
		}
		fields := about.ToMap()
		fmt.Fprintf(&b, "| `%v` | %v | `%v` |\n", in.Key, fields["description"], fields["default"])
	}
	return replace(string(page), "inputs", strings.ReplaceAll(b.String(), "``", "none"))
}

// index is the page that lists the others.
func index(specs []*check.Spec) string {
	return fmt.Sprintf(notice, "the checks in analyzers") + "# The checks\n\n" + table(specs, "") +
		"\n`apivet list` prints the same, `apivet explain <check>` one page. What a safe and a suggested fix is, and how to apply\nthem: [Fixing](../running.md#fixing).\n"
}

func table(specs []*check.Spec, dir string) string {
	var b strings.Builder
	b.WriteString("| check | reports | severity | fix |\n|---|---|---|---|\n")
	for _, s := range specs {
		fixes := "" // none
		if len(s.Repairs) > 0 {
			fixes = string(s.Repairs[0].Safety)
		}
		fmt.Fprintf(&b, "| [%s](%s%s.md) | %s | %s | %s |\n", s.Name, dir, s.Name, strings.ReplaceAll(strings.TrimPrefix(s.Title, "report "), "|", `\|`), s.Severity, fixes)
	}
	return b.String()
}

// finding is what apivet says of a check in a module, its first finding.
func finding(dir, name string) (string, error) {
	var out, errs bytes.Buffer
	c := driver.Catalogue{Specs: analyzers.Specs(), Analyzers: analyzers.All()}
	driver.Main(context.Background(), []string{"-C", dir, "-cache=off", "-checks", name, "./..."}, c, &out, &errs)
	var first strings.Builder
	for line := range strings.Lines(out.String()) {
		if first.Len() > 0 && !strings.HasPrefix(line, " ") {
			break
		}
		first.WriteString(line)
	}
	if first.Len() == 0 {
		return "", fmt.Errorf("no finding of %s in %s: %s", name, dir, errs.String())
	}
	return first.String(), nil
}

// replace puts text between the lines <!-- name --> and <!-- /name -->.
func replace(doc, name, text string) (string, error) {
	before, rest, ok := strings.Cut(doc, "<!-- "+name+" -->\n")
	_, after, ok2 := strings.Cut(rest, "<!-- /"+name+" -->\n")
	if !ok || !ok2 {
		return "", fmt.Errorf("no place for <!-- %s -->", name)
	}
	return before + "<!-- " + name + " -->\n" + text + "<!-- /" + name + " -->\n" + after, nil
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/driver"
)

const (
	pagesDir = "docs/checks"
	notice   = "<!-- Made by go generate from %s. Do not edit. -->\n\n"
)

// files returns every generated file of the repository by its slash-separated
// name below root.
func files(root string) (map[string]string, error) {
	specs := analyzers.Specs()
	want := map[string]string{pagesDir + "/README.md": index(specs)}
	for _, s := range specs {
		want[pagesDir+"/"+s.Name+".md"] = page(s)
	}
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
	want["README.md"], err = replace(text, "finding", "```text\n"+found+"```\n")
	return want, err
}

// page is the documentation of one check.
func page(s *check.Spec) string {
	var b strings.Builder
	fmt.Fprintf(&b, notice, "passes/"+s.Name)
	fmt.Fprintf(&b, "# %s\n\n%s\n\nSeverity: %s. Confidence: %s.", s.Name, sentence(s.Title), s.Severity, s.Confidence)
	if s.Since != "" {
		fmt.Fprintf(&b, " Since %s.", s.Since)
	}
	b.WriteString("\n")
	section(&b, "Why", s.Why)
	var said []string
	for _, src := range s.Sources {
		vendor := src.Vendor
		if src.URL != "" {
			vendor = "[" + vendor + "](" + src.URL + ")"
		}
		said = append(said, "- "+vendor+": “"+src.Text+"”")
	}
	section(&b, "What vendors say", strings.Join(said, "\n"))
	section(&b, "Bad", code(s.Bad))
	section(&b, "Good", code(s.Good))
	section(&b, "What to do", s.Fix)
	section(&b, "Limits", s.Limits)
	section(&b, "Suppress", fmt.Sprintf(`One finding, on its line or the line above, with a reason:

`+"```go\n//apivet:ignore %[1]s the reason\n```"+`

The check, in a whole run: `+"`apivet -disable %[1]s ./...` or `go vet -vettool=$(which apivet) -%[1]s=false ./...`", s.Name))
	var links []string
	for _, ref := range s.References {
		links = append(links, "- <"+ref+">")
	}
	section(&b, "References", strings.Join(links, "\n"))
	return b.String()
}

func section(b *strings.Builder, title, text string) {
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintf(b, "\n## %s\n\n%s\n", title, text)
	}
}

func code(text string) string {
	return "```go\n" + strings.TrimSpace(text) + "\n```"
}

// sentence makes a sentence of a title, "report x" as a rule.
func sentence(title string) string {
	if what, ok := strings.CutPrefix(title, "report "); ok {
		return "Reports " + what + "."
	}
	return strings.ToUpper(title[:1]) + title[1:] + "."
}

// index is the page that lists the others.
func index(specs []*check.Spec) string {
	return fmt.Sprintf(notice, "the checks in analyzers") + "# The checks\n\n" + table(specs, "") +
		"\n`apivet list` prints the same, `apivet explain <check>` one page.\n"
}

func table(specs []*check.Spec, dir string) string {
	var b strings.Builder
	b.WriteString("| check | reports | severity |\n|---|---|---|\n")
	for _, s := range specs {
		fmt.Fprintf(&b, "| [%s](%s%s.md) | %s | %s |\n", s.Name, dir, s.Name, strings.ReplaceAll(strings.TrimPrefix(s.Title, "report "), "|", `\|`), s.Severity)
	}
	return b.String()
}

// finding is what apivet says of a check in a module, its first finding.
func finding(dir, name string) (string, error) {
	var out, errs bytes.Buffer
	c := driver.Catalogue{Specs: analyzers.Specs(), Analyzers: analyzers.All()}
	driver.Main(context.Background(), []string{"-C", dir, "-checks", name, "./..."}, c, &out, &errs)
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
		return "", fmt.Errorf("README.md has no place for %s", name)
	}
	return before + "<!-- " + name + " -->\n" + text + "<!-- /" + name + " -->\n" + after, nil
}

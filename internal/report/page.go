package report

import (
	"fmt"
	"strings"

	"github.com/apivet/apivet/internal/check"
)

// Explain returns a check's documentation as plain text. Parts that the check
// does not have are left out.
func Explain(s *check.Spec) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\nSeverity: %s. Confidence: %s.", s.Name, s.Title, s.Severity, s.Confidence)
	if s.Since != "" {
		fmt.Fprintf(&b, " Since %s.", s.Since)
	}
	b.WriteString("\n")
	section := func(title, text string) {
		if text = strings.Trim(text, "\n"); text != "" {
			fmt.Fprintf(&b, "\n%s\n\n%s\n", title, text)
		}
	}
	section("Why", s.Why)
	section("Instead", s.Fix)
	section("Bad", indent(s.Bad))
	section("Good", indent(s.Good))
	section("What apivet can do", repairs(s, ""))
	section("Limits", s.Limits)
	section("Precision", s.Precision)
	var sources []string
	for _, src := range s.Sources {
		line := fmt.Sprintf("%s: %q", src.Vendor, src.Text)
		if src.URL != "" {
			line += "\n  " + src.URL
		}
		sources = append(sources, line)
	}
	section("Vendors say", strings.Join(sources, "\n"))
	section("References", strings.Join(s.References, "\n"))
	section("Page", s.URL())
	return b.String()
}

// repairs lists what -fix does, each with a mark before it.
func repairs(s *check.Spec, mark string) string {
	var lines []string
	for _, r := range s.Repairs {
		lines = append(lines, fmt.Sprintf("%s%s (%s): %s", mark, r.Flag(), r.Safety, r.Text))
	}
	return strings.Join(lines, "\n")
}

func indent(code string) string {
	code = strings.TrimSpace(code)
	if code == "" {
		return ""
	}
	return "\t" + strings.ReplaceAll(code, "\n", "\n\t")
}

// Page returns a check's documentation as Markdown.
func Page(s *check.Spec) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\nSeverity: %s. Confidence: %s.", s.Name, sentence(s.Title), s.Severity, s.Confidence)
	if s.Since != "" {
		fmt.Fprintf(&b, " Since %s.", s.Since)
	}
	b.WriteString("\n")
	section := func(title, text string) {
		if text = strings.TrimSpace(text); text != "" {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", title, text)
		}
	}
	section("Why", s.Why)
	var said []string
	for _, src := range s.Sources {
		vendor := src.Vendor
		if src.URL != "" {
			vendor = "[" + vendor + "](" + src.URL + ")"
		}
		said = append(said, "- "+vendor+": “"+src.Text+"”")
	}
	section("What vendors say", strings.Join(said, "\n"))
	section("Bad", fenced(s.Bad))
	section("Good", fenced(s.Good))
	section("What to do", s.Fix)
	section("What apivet can do", repairs(s, "- "))
	section("Limits", s.Limits)
	section("Precision", s.Precision)
	section("Suppress", fmt.Sprintf("One finding, on its line or the line above, with a reason:\n\n"+
		"```go\n//apivet:ignore %[1]s the reason\n```\n\n"+
		"The check, in a whole run: `apivet -disable %[1]s ./...` or `go vet -vettool=$(which apivet) -%[1]s=false ./...`", s.Name))
	var links []string
	for _, ref := range s.References {
		links = append(links, "- <"+ref+">")
	}
	section("References", strings.Join(links, "\n"))
	return b.String()
}

func fenced(code string) string {
	if code = strings.TrimSpace(code); code == "" {
		return ""
	}
	return "```go\n" + code + "\n```"
}

// sentence makes a sentence of a title, "report x" as a rule.
func sentence(title string) string {
	if what, ok := strings.CutPrefix(title, "report "); ok {
		return "Reports " + what + "."
	}
	if title == "" {
		return ""
	}
	return strings.ToUpper(title[:1]) + title[1:] + "."
}

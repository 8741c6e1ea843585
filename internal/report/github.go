package report

import (
	"fmt"
	"go/token"
	"io"
	"strings"

	"github.com/apivet/apivet/internal/check"
)

// writeGitHub prints workflow commands of GitHub Actions, which become
// annotations of the lines.
func writeGitHub(w io.Writer, r *Result, o Options) error {
	var src source
	for _, f := range r.Findings {
		var text strings.Builder
		text.WriteString(f.Message)
		for _, rel := range f.Related {
			file, _ := relative(o.Root, rel.Pos.Filename)
			fmt.Fprintf(&text, "\n%s:%d: %s", file, rel.Pos.Line, rel.Message)
		}
		if f.URL != "" {
			text.WriteString("\n" + f.URL)
		}
		place := annotationPlace(f.Pos, f.End, o.Root, &src)
		if _, err := fmt.Fprintln(w, annotation(annotationLevel(f.Severity), place, "apivet: "+f.Check, text.String())); err != nil {
			return err
		}
	}
	for _, p := range r.Problems {
		if p.Implied {
			continue
		}
		place := annotationPlace(p.Pos, token.Position{}, o.Root, &src)
		if _, err := fmt.Fprintln(w, annotation("error", place, "apivet: not analysed", p.message())); err != nil {
			return err
		}
	}
	return nil
}

func annotationLevel(s check.Severity) string {
	if s == check.Note {
		return "notice"
	}
	return string(s)
}

// annotationPlace returns the properties of a place, none where there is none.
func annotationPlace(pos, end token.Position, root string, src *source) []string {
	if !pos.IsValid() {
		return nil
	}
	file, _ := relative(root, pos.Filename)
	props := []string{"file=" + escapeProperty(file), fmt.Sprintf("line=%d", pos.Line)}
	if end.IsValid() && end.Line > pos.Line {
		return append(props, fmt.Sprintf("endLine=%d", end.Line)) // columns are for one line
	}
	if pos.Column > 0 {
		props = append(props, fmt.Sprintf("col=%d", src.utf16Column(pos)))
	}
	if end.IsValid() && pos.Column > 0 {
		props = append(props, fmt.Sprintf("endColumn=%d", src.utf16Column(end)))
	}
	return props
}

// annotation is one workflow command.
func annotation(level string, place []string, title, text string) string {
	props := append(place, "title="+escapeProperty(title))
	return "::" + level + " " + strings.Join(props, ",") + "::" + escapeData(printable(text))
}

// escapeData escapes the message of a workflow command.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// escapeProperty escapes the value of a property of a workflow command.
func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

package repotest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/check"
)

// Every folder in passes is a check of the catalogue, and every check has what
// docs/adding-a-check.md asks for.
func TestCatalogue(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join(root(t), "passes"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range folders {
		if d.IsDir() && analyzers.ByName(d.Name()) == nil {
			t.Errorf("passes/%s is not in analyzers/analyzers.go", d.Name())
		}
	}
	var names []string
	for i, s := range analyzers.Specs() {
		names = append(names, s.Name)
		t.Run(s.Name, func(t *testing.T) {
			if a := analyzers.All()[i]; a.Name != s.Name {
				t.Errorf("its analyzer is called %s", a.Name)
			}
			for _, file := range []string{"passes/" + s.Name + "/" + s.Name + ".go", "passes/" + s.Name + "/" + s.Name + "_test.go", "testdata/src/" + s.Name} {
				if _, err := os.Stat(filepath.Join(root(t), filepath.FromSlash(file))); err != nil {
					t.Error(err)
				}
			}
			for _, problem := range incomplete(s) {
				t.Error(problem)
			}
		})
	}
	if !slices.IsSorted(names) {
		t.Errorf("the catalogue is not in alphabetical order: %v", names)
	}
}

var word = regexp.MustCompile(`^[a-z]+$`)

// placeholder is what tools/newcheck leaves to be written.
var placeholder = regexp.MustCompile(`<[A-Z][^>]* [^>]*>|<what `)

// incomplete says what is missing in a check's documentation.
func incomplete(s *check.Spec) []string {
	var list []string
	need := func(ok bool, problem string) {
		if !ok {
			list = append(list, problem)
		}
	}
	need(word.MatchString(s.Name), "Name is not one lower-case word")
	need(strings.HasPrefix(s.Title, "report "), `Title does not start with "report "`)
	need(!strings.HasSuffix(s.Title, ".") && !strings.Contains(s.Title, "\n"), "Title is not one line without a full stop")
	for name, text := range map[string]string{"Why": s.Why, "Fix": s.Fix, "Limits": s.Limits, "Precision": s.Precision} {
		need(strings.HasSuffix(text, "."), name+" has no sentence")
	}
	for name, text := range map[string]string{"Bad": s.Bad, "Good": s.Good} {
		text = strings.TrimPrefix(text, "//go:build js && wasm\n\n")
		need(strings.HasPrefix(text, "package p\n"), name+" is not a file of package p")
	}
	need(slices.Contains([]check.Severity{check.Error, check.Warning, check.Note}, s.Severity), "Severity is none")
	need(slices.Contains([]check.Confidence{check.High, check.Medium}, s.Confidence), "Confidence is neither high nor medium")
	need(strings.HasPrefix(s.Since, "v"), "Since is no version")
	need(len(s.Sources)+len(s.References) > 0, "neither Sources nor References")
	for _, r := range s.Repairs {
		need((r.Safety == check.Safe || r.Safety == check.Suggested) && strings.HasSuffix(r.Text, "."), "a Repair without safety or sentence")
	}
	for name, text := range map[string]string{"Title": s.Title, "Why": s.Why, "Fix": s.Fix, "Limits": s.Limits, "Precision": s.Precision, "Bad": s.Bad, "Good": s.Good} {
		need(!placeholder.MatchString(text), name+" is still the template's")
	}
	for _, src := range s.Sources {
		need(!placeholder.MatchString(src.Text), "a Source is still the template's")
		need(src.Vendor != "" && src.Text != "", "a Source without vendor or text")
	}
	return list
}

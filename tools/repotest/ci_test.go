package repotest

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/driver"
)

// fenced returns the code blocks of a language in a page.
func fenced(page, language string) []string {
	var list []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	return list
}

// The workflows of docs/ci.md are YAML, and give the action inputs that it has.
func TestWorkflows(t *testing.T) {
	var action struct{ Inputs map[string]any }
	if err := yaml.Unmarshal([]byte(read(t, "action.yml")), &action); err != nil {
		t.Fatal(err)
	}
	uses := 0
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, elem := range v {
				walk(elem)
			}
		case map[string]any:
			if name, _ := v["uses"].(string); strings.HasPrefix(name, "apivet/apivet@") || name == "./" {
				uses++
				with, _ := v["with"].(map[string]any)
				for input := range with {
					if action.Inputs[input] == nil {
						t.Errorf("the action has no input %s", input)
					}
				}
			}
			for _, elem := range v {
				walk(elem)
			}
		}
	}
	for _, text := range append(fenced(read(t, "docs/ci.md"), "yaml"), read(t, ".github/workflows/ci.yml")) {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
		walk(v)
	}
	if uses < 4 {
		t.Errorf("the action is used %d times", uses)
	}
}

// The task of docs/editors.md finds the places in what apivet prints.
func TestEditorTask(t *testing.T) {
	blocks := fenced(read(t, "docs/editors.md"), "json")
	if len(blocks) != 1 {
		t.Fatalf("%d JSON blocks, want the task", len(blocks))
	}
	var file struct {
		Tasks []struct {
			Args           []string
			ProblemMatcher struct{ Pattern struct{ Regexp string } }
		}
	}
	if err := json.Unmarshal([]byte(blocks[0]), &file); err != nil {
		t.Fatal(err)
	}
	task := file.Tasks[0]
	pattern, err := regexp.Compile(task.ProblemMatcher.Pattern.Regexp)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	c := driver.Catalogue{Specs: analyzers.Specs(), Analyzers: analyzers.All()}
	driver.Main(t.Context(), append([]string{"-C", filepath.Join(root(t), "sample")}, task.Args...), c, &stdout, &stderr)
	found := 0
	for line := range strings.SplitSeq(stdout.String(), "\n") {
		if pattern.MatchString(line) {
			found++
		}
	}
	want := 0
	for _, s := range analyzers.Specs() {
		if s.Severity != check.Note { // the task asks for no advice
			want++
		}
	}
	if found != want {
		t.Errorf("%d problems in the sample, want one for each of %d checks:\n%s", found, want, stdout.String())
	}
}

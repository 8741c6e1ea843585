package repotest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/apivet/apivet"

// docs/architecture.md has a place for every package of the module, by its
// path or by a folder above it that ends in "/...", and for nothing else.
func TestArchitecture(t *testing.T) {
	text := read(t, "docs/architecture.md")
	cmd := exec.Command("go", "list", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []string
	for path := range strings.FieldsSeq(string(out)) {
		packages = append(packages, strings.TrimPrefix(path, module+"/"))
	}
	var named []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(text, -1) {
		named = append(named, m[1])
	}
	for _, p := range packages {
		if !matchesAny(p, named) {
			t.Errorf("docs/architecture.md does not name %s", p)
		}
	}
	for _, n := range named {
		dir, _ := strings.CutSuffix(n, "/...")
		if _, err := os.Stat(filepath.Join(root(t), filepath.FromSlash(dir))); err != nil {
			t.Errorf("docs/architecture.md names %s, which is not there", n)
		}
	}
}

func matchesAny(path string, patterns []string) bool {
	for _, p := range patterns {
		if dir, ok := strings.CutSuffix(p, "/..."); ok && strings.HasPrefix(path, dir+"/") || p == path {
			return true
		}
	}
	return false
}

// Links to files of the repository lead somewhere.
func TestLinks(t *testing.T) {
	list, err := filepath.Glob(filepath.Join(root(t), "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(root(t), "docs", "checks", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	for _, file := range append(append(list, pages...), filepath.Join(root(t), "README.md")) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(data), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s links to %s, which is not there", filepath.Base(file), m[1])
			}
		}
	}
}

// CI runs the tests as the README tells people to.
func TestReadmeTestCommand(t *testing.T) {
	const command = "sh .ci/test"
	if !strings.Contains(read(t, "README.md"), "```sh\n"+command+"\n```") {
		t.Errorf("README.md does not show %q", command)
	}
	if !strings.Contains(read(t, ".ci/run"), command+"\n") {
		t.Errorf(".ci/run does not run %q", command)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

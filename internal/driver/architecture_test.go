package driver_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers orders the module's packages: each imports those of lower lines only,
// and within the last line any. An entry that ends with / stands for all below.
var layers = []string{
	"cmd/ plugin",
	"internal/driver",
	"internal/baseline internal/newcode internal/cache",
	"internal/report",
	"analyzers",
	"passes/",
	"internal/check internal/httpmodel",
	"internal/httpfacts internal/play internal/lazyssa internal/index internal/library internal/provider internal/config internal/edit " +
		"internal/directive internal/strictyaml internal/suggest",
}

const module = "github.com/apivet/apivet/"

// Imports run one way; a pass sees no other pass, no driver and no SSA.
func TestImportsRunOneWay(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	type listed struct {
		ImportPath, Name string
		Imports          []string
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		path, ok := strings.CutPrefix(p.ImportPath, module)
		generator := p.Name == "main" && !strings.HasPrefix(path, "cmd/")
		if !ok || generator || strings.HasSuffix(path, "test") {
			continue // not part of the program
		}
		own := layer(path)
		if own < 0 {
			t.Errorf("%s has no place among the layers: add it to them", path)
			continue
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(path, "passes/") && (imp == "golang.org/x/tools/go/ssa" || strings.HasPrefix(imp, "golang.org/x/tools/go/ssa/")) {
				t.Errorf("%s imports %s: ask the model instead", path, imp)
			}
			imp, ok := strings.CutPrefix(imp, module)
			if !ok {
				continue
			}
			if other := layer(imp); other < own || other == own && own != len(layers)-1 {
				t.Errorf("%s imports %s, which is not below it", path, imp)
			}
		}
	}
}

// layer returns the index of the package's layer, or -1.
func layer(path string) int {
	return slices.IndexFunc(layers, func(line string) bool {
		return slices.ContainsFunc(strings.Fields(line), func(entry string) bool { return matchesLayer(path, entry) })
	})
}

func matchesLayer(path, entry string) bool {
	return path == entry || strings.HasSuffix(entry, "/") && strings.HasPrefix(path, entry)
}

// What the analysis reads must be part of a cached result's key, see
// [listing.inputs]: these files read what is there.
var readers = map[string]string{
	"internal/httpfacts/reach_embed.go": "embedded files",
}

// A pass or the model that reads files of its own would see stale results.
func TestAnalysisReadsNoFiles(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{"passes/*/*.go", "internal/check/*.go", "internal/http*/*.go", "internal/play/*.go", "internal/lazyssa/*.go", "internal/index/*.go"} {
		list, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil || list == nil {
			t.Fatal(pattern, err)
		}
		files = append(files, list...)
	}
	example := regexp.MustCompile("`[^`]*`") // in a check's documentation
	read := regexp.MustCompile(`\bos\.(Read\w+|Open\w*|DirFS|Getenv|LookupEnv|Environ)\b`)
	for _, name := range files {
		name = filepath.ToSlash(strings.TrimPrefix(name, filepath.FromSlash("../../")))
		if strings.HasSuffix(name, "_test.go") || readers[name] != "" {
			continue
		}
		data, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if what := read.Find(example.ReplaceAll(data, nil)); what != nil {
			t.Errorf("%s uses %s: add what it reads to the inputs of a run, and the file to readers", name, what)
		}
	}
}

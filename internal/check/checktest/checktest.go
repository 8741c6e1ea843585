// Package checktest runs a check over its fixtures.
package checktest

import (
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/apivet/apivet/internal/config"
)

// Run runs a check, notes included, over packages below testdata/src and
// compares its findings with the "want" comments there.
func Run(t *testing.T, a *analysis.Analyzer, packages ...string) {
	t.Helper()
	if err := config.Analyzer.Flags.Set("notes", "true"); err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, TestData(), a, packages...)
}

// RunFixes does what Run does, and compares the files after all fixes, the
// suggested ones included, with the .golden file beside each.
func RunFixes(t *testing.T, a *analysis.Analyzer, packages ...string) {
	t.Helper()
	for _, name := range []string{"notes", "suggested"} {
		if err := config.Analyzer.Flags.Set(name, "true"); err != nil {
			t.Fatal(err)
		}
	}
	analysistest.RunWithSuggestedFixes(t, TestData(), a, packages...)
}

// TestData returns the repository's folder of fixtures.
func TestData() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "testdata")
}

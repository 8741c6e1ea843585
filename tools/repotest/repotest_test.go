// Package repotest holds the tests that look at the repository as a whole: its
// documentation, its sample, the clients in testdata/vendors.
package repotest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/driver"
)

// root returns the repository's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// run analyses with notes and wants everything to be analysed.
func run(t *testing.T, o driver.Options) *driver.Result {
	t.Helper()
	return runNotes(t, o, "true")
}

func runNotes(t *testing.T, o driver.Options, notes string) *driver.Result {
	t.Helper()
	if err := config.Analyzer.Flags.Set("notes", notes); err != nil {
		t.Fatal(err)
	}
	r, err := driver.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("not analysed: %s %s: %s", p.Package, p.Pos, p.Text)
	}
	return r
}

package statusunchecked_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/apivet/apivet/passes/statusunchecked"
)

func Test(t *testing.T) {
	t.Parallel()
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, dir, statusunchecked.Analyzer, "statusunchecked")
}

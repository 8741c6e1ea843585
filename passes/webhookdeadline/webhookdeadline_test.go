package webhookdeadline_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/passes/webhookdeadline"
)

func Test(t *testing.T) {
	if err := config.Analyzer.Flags.Set("notes", "true"); err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, dir, webhookdeadline.Analyzer, "webhookdeadline/...")
}

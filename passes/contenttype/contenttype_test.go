package contenttype_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/passes/contenttype"
)

func Test(t *testing.T) {
	checktest.Run(t, contenttype.Analyzer, "contenttype/...")
}

func TestFixes(t *testing.T) {
	if err := config.Analyzer.Flags.Set("suggested", "true"); err != nil {
		t.Fatal(err)
	}
	analysistest.RunWithSuggestedFixes(t, checktest.TestData(), contenttype.Analyzer, "contenttype/bodies")
}

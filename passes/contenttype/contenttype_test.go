package contenttype_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/contenttype"
)

func Test(t *testing.T) {
	checktest.Run(t, contenttype.Analyzer, "contenttype/...")
}

func TestFixes(t *testing.T) {
	checktest.RunFixes(t, contenttype.Analyzer, "contenttype/fixes")
}

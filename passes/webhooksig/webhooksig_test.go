package webhooksig_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/webhooksig"
)

func Test(t *testing.T) { checktest.Run(t, webhooksig.Analyzer, "webhooksig/...") }

func TestFixes(t *testing.T) {
	checktest.RunFixes(t, webhooksig.Analyzer, "webhooksig/fixes")
}

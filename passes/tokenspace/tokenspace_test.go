package tokenspace_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/tokenspace"
)

func Test(t *testing.T) {
	t.Parallel()
	checktest.Run(t, tokenspace.Analyzer, "tokenspace/...")
}

func TestFixes(t *testing.T) { checktest.RunFixes(t, tokenspace.Analyzer, "tokenspace/fixes") }

package authscheme_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/authscheme"
)

func Test(t *testing.T) {
	t.Parallel()
	checktest.Run(t, authscheme.Analyzer, "authscheme/...")
}

func TestFixes(t *testing.T) { checktest.RunFixes(t, authscheme.Analyzer, "authscheme/fixes") }

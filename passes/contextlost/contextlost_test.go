package contextlost_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/contextlost"
)

func Test(t *testing.T) {
	checktest.Run(t, contextlost.Analyzer, "contextlost", "contextlost/libs")
}

func TestFixes(t *testing.T) { checktest.RunFixes(t, contextlost.Analyzer, "contextlost/fixes") }

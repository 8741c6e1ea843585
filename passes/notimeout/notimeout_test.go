package notimeout_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/notimeout"
)

func Test(t *testing.T) {
	checktest.Run(t, notimeout.Analyzer, "notimeout", "notimeout/across", "notimeout/shared", "notimeout/libs", "notimeout/each")
}

func TestFixes(t *testing.T) { checktest.RunFixes(t, notimeout.Analyzer, "notimeout/fixes") }

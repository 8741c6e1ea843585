package retrybody_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/retrybody"
)

func Test(t *testing.T) {
	checktest.Run(t, retrybody.Analyzer, "retrybody", "retrybody/upload", "retrybody/libs")
}

func TestFixes(t *testing.T) {
	checktest.RunFixes(t, retrybody.Analyzer, "retrybody/fixes")
}

package hardcodedsecret_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/hardcodedsecret"
)

func Test(t *testing.T) {
	t.Parallel()
	checktest.Run(t, hardcodedsecret.Analyzer, "hardcodedsecret/...")
}

package secretleak_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/secretleak"
)

func Test(t *testing.T) {
	t.Parallel()
	checktest.Run(t, secretleak.Analyzer, "secretleak/...")
}

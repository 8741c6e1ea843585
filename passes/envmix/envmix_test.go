package envmix_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/envmix"
)

func Test(t *testing.T) {
	t.Parallel()
	checktest.Run(t, envmix.Analyzer, "envmix/...")
}

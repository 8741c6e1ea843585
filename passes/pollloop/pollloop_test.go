package pollloop_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/pollloop"
)

func Test(t *testing.T) {
	checktest.Run(t, pollloop.Analyzer, "pollloop", "pollloop/jobs", "pollloop/waits", "pollloop/sdk")
}

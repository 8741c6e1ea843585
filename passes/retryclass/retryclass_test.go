package retryclass_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/retryclass"
)

func Test(t *testing.T) {
	checktest.Run(t, retryclass.Analyzer, "retryclass", "retryclass/libs", "retryclass/lost", "retryclass/pause", "retryclass/told", "retryclass/gone")
}

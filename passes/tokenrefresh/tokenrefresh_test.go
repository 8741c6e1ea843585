package tokenrefresh_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/tokenrefresh"
)

func Test(t *testing.T) {
	t.Parallel()
	checktest.Run(t, tokenrefresh.Analyzer, "tokenrefresh/...")
}

package tokenrefresh_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/tokenrefresh"
)

func Test(t *testing.T) {
	checktest.Run(t, tokenrefresh.Analyzer, "tokenrefresh/...")
}

func TestFixes(t *testing.T) { checktest.RunFixes(t, tokenrefresh.Analyzer, "tokenrefresh/fixes") }

package errortext_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/errortext"
)

func Test(t *testing.T) { checktest.Run(t, errortext.Analyzer, "errortext/...") }

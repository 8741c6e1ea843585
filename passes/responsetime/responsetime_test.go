package responsetime_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/responsetime"
)

func Test(t *testing.T) { checktest.Run(t, responsetime.Analyzer, "responsetime/...") }

package errorswallow_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/errorswallow"
)

func Test(t *testing.T) { checktest.Run(t, errorswallow.Analyzer, "errorswallow/...") }

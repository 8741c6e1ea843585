package errorid_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/errorid"
)

func Test(t *testing.T) { checktest.Run(t, errorid.Analyzer, "errorid/...") }

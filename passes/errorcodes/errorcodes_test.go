package errorcodes_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/errorcodes"
)

func Test(t *testing.T) { checktest.Run(t, errorcodes.Analyzer, "errorcodes/...") }

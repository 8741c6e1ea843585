package nullfield_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/nullfield"
)

func Test(t *testing.T) { checktest.Run(t, nullfield.Analyzer, "nullfield/...") }

package fieldselect_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/fieldselect"
)

func Test(t *testing.T) { checktest.Run(t, fieldselect.Analyzer, "fieldselect/...") }

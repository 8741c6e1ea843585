package apiheader_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/apiheader"
)

func Test(t *testing.T) { checktest.Run(t, apiheader.Analyzer, "apiheader/...") }

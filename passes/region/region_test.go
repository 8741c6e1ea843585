package region_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/region"
)

func Test(t *testing.T) { checktest.Run(t, region.Analyzer, "region/...") }

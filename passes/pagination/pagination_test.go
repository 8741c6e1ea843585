package pagination_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/pagination"
)

func Test(t *testing.T) { checktest.Run(t, pagination.Analyzer, "pagination", "pagination/shop") }

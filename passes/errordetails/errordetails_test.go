package errordetails_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/errordetails"
)

func Test(t *testing.T) {
	checktest.Run(t, errordetails.Analyzer, "errordetails", "errordetails/lists", "errordetails/vendor", "errordetails/shared", "errordetails/mixed", "errordetails/resty")
}

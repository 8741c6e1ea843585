package statusunchecked_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/statusunchecked"
)

func Test(t *testing.T) {
	checktest.Run(t, statusunchecked.Analyzer, "statusunchecked", "statusunchecked/restclient", "statusunchecked/transport", "statusunchecked/paced")
}

func TestFixes(t *testing.T) {
	checktest.RunFixes(t, statusunchecked.Analyzer, "statusunchecked/fixes")
}

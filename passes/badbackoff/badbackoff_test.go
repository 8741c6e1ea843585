package badbackoff_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/badbackoff"
)

func Test(t *testing.T) { checktest.Run(t, badbackoff.Analyzer, "badbackoff", "badbackoff/libs") }

func TestFixes(t *testing.T) { checktest.RunFixes(t, badbackoff.Analyzer, "badbackoff/fixes") }

package accepted_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/accepted"
)

func Test(t *testing.T) { checktest.Run(t, accepted.Analyzer, "accepted", "accepted/slack") }

package noretry_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/noretry"
)

func Test(t *testing.T) { checktest.Run(t, noretry.Analyzer, "noretry", "noretry/across") }

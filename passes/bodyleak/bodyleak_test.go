package bodyleak_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/bodyleak"
)

func Test(t *testing.T) { checktest.Run(t, bodyleak.Analyzer, "bodyleak") }

func TestFixes(t *testing.T) { checktest.RunFixes(t, bodyleak.Analyzer, "bodyleak/fixes") }

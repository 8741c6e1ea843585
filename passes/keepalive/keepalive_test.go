package keepalive_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/keepalive"
)

func Test(t *testing.T) { checktest.Run(t, keepalive.Analyzer, "keepalive") }

func TestFixes(t *testing.T) { checktest.RunFixes(t, keepalive.Analyzer, "keepalive/fixes") }

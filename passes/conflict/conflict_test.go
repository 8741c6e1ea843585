package conflict_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/conflict"
)

func Test(t *testing.T) { checktest.Run(t, conflict.Analyzer, "conflict/...") }

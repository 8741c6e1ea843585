package deaddirective_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/passes/deaddirective"
)

func Test(t *testing.T) {
	if err := config.Analyzer.Flags.Set("known", "bodyleak,keepalive"); err != nil {
		t.Fatal(err)
	}
	checktest.Run(t, deaddirective.Analyzer, "deaddirective")
}

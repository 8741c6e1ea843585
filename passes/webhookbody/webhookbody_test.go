package webhookbody_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/webhookbody"
)

func Test(t *testing.T) { checktest.Run(t, webhookbody.Analyzer, "webhookbody/...") }

func TestFixes(t *testing.T) {
	checktest.RunFixes(t, webhookbody.Analyzer, "webhookbody/fixes")
}

package webhookdeadline_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/webhookdeadline"
)

func Test(t *testing.T) { checktest.Run(t, webhookdeadline.Analyzer, "webhookdeadline/...") }

func TestFixes(t *testing.T) {
	checktest.RunFixes(t, webhookdeadline.Analyzer, "webhookdeadline/fixes")
}

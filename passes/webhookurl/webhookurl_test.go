package webhookurl_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/webhookurl"
)

func Test(t *testing.T) { checktest.Run(t, webhookurl.Analyzer, "webhookurl/...") }

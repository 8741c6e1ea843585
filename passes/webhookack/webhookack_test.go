package webhookack_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/webhookack"
)

func Test(t *testing.T) { checktest.Run(t, webhookack.Analyzer, "webhookack/...") }

package clientperrequest_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/clientperrequest"
)

func Test(t *testing.T) {
	checktest.Run(t, clientperrequest.Analyzer, "clientperrequest", "clientperrequest/across")
}

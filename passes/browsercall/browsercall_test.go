package browsercall_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/browsercall"
)

func TestBrowser(t *testing.T) {
	t.Setenv("GOOS", "js")
	t.Setenv("GOARCH", "wasm")
	analysistest.Run(t, checktest.TestData(), browsercall.Analyzer,
		"browsercall/fetch",
		"browsercall/request",
		"browsercall/across",
		"browsercall/library",
		"browsercall/good/page",
		"browsercall/good/worker",
		"browsercall/good/command",
	)
}

func TestServer(t *testing.T) {
	analysistest.Run(t, checktest.TestData(), browsercall.Analyzer, "browsercall/good/command", "browsercall/client")
}

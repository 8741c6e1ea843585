package browsersecret_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/apivet/apivet/passes/browsersecret"
)

func testdata(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestBrowser(t *testing.T) {
	t.Setenv("GOOS", "js")
	t.Setenv("GOARCH", "wasm")
	analysistest.Run(t, testdata(t), browsersecret.Analyzer,
		"browsersecret/constant",
		"browsersecret/literal",
		"browsersecret/fetch",
		"browsersecret/initial",
		"browsersecret/variable",
		"browsersecret/iface",
		"browsersecret/across",
		"browsersecret/generic",
		"browsersecret/flows",
		"browsersecret/settings",
		"browsersecret/tables",
		"browsersecret/shaped",
		"browsersecret/assembled",
		"browsersecret/good/publishable",
		"browsersecret/good/command",
		"browsersecret/good/worker",
		"browsersecret/good/node",
		"browsersecret/good/lookalikes",
		"browsersecret/good/firebase",
		"browsersecret/good/forms",
		"browsersecret/good/tables",
		"browsersecret/good/clientaccess",
	)
}

func TestServed(t *testing.T) {
	analysistest.Run(t, testdata(t), browsersecret.Analyzer, "browsersecret/served", "browsersecret/good/command")
}

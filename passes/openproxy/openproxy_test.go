package openproxy_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/openproxy"
)

func Test(t *testing.T) { checktest.Run(t, openproxy.Analyzer, "openproxy/...") }

package jwtunverified_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/jwtunverified"
)

func Test(t *testing.T) { checktest.Run(t, jwtunverified.Analyzer, "jwtunverified/...") }

package unsaferetry_test

import (
	"testing"

	"github.com/apivet/apivet/internal/check/checktest"
	"github.com/apivet/apivet/passes/unsaferetry"
)

func Test(t *testing.T) {
	checktest.Run(t, unsaferetry.Analyzer, "unsaferetry", "unsaferetry/libs", "unsaferetry/forms", "unsaferetry/rt", "unsaferetry/freshkey", "unsaferetry/policy", "unsaferetry/queue", "unsaferetry/kinds", "unsaferetry/decor", "unsaferetry/apart", "unsaferetry/given", "unsaferetry/reads")
}

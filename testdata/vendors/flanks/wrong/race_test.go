//go:build !race

package wrong_test

import (
	"strings"
	"testing"

	"example.com/flanks/wrong/tokens"
)

// TestUnguarded: several goroutines ask for a token at once. The race detector would stop it sooner.
func TestUnguarded(t *testing.T) {
	s, cfg := start(t)
	ids := strings.Fields(strings.Repeat("l1 ", 8))
	if _, err := tokens.NewUnguarded(cfg).Links(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	if s.Tokens() < 2 {
		t.Skip("the goroutines came one after the other")
	}
}

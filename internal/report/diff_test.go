package report

import (
	"go/token"
	"strings"
	"testing"

	"github.com/apivet/apivet/internal/check"
)

func TestDiffMasks(t *testing.T) {
	t.Parallel()
	const before = "package p\n\nconst plain = \"correct-horse\"\nconst key = \"sk_live_4eC39HqLyjWDarjtT1\"\n"
	const after = before + "const more = 1\n"
	specs := []*check.Spec{{Name: "plaincheck"}, {Name: "secretcheck", Secret: true}}
	at := token.Position{Filename: "/m/p.go", Line: 3, Column: 15}
	elsewhere := token.Position{Filename: "/m/q.go", Line: 3, Column: 15}
	for _, tc := range []struct {
		name     string
		findings []Finding
		all      bool
	}{
		{"no finding", nil, false},
		{"a finding of another kind", []Finding{{Check: "plaincheck", Pos: at}}, false},
		{"a credential in another file", []Finding{{Check: "secretcheck", Pos: elsewhere}}, false},
		{"a credential here", []Finding{{Check: "secretcheck", Pos: at}}, true},
		{"a credential on its way", []Finding{{Check: "secretcheck", Pos: elsewhere, Related: []Related{{Pos: at}}}}, true},
	} {
		got := string(Diff("p.go", "/m/p.go", []byte(before), []byte(after), tc.findings, specs))
		if strings.Contains(got, "sk_live") {
			t.Errorf("%s: the key is printed:\n%s", tc.name, got)
		}
		if strings.Contains(got, "correct-horse") == tc.all {
			t.Errorf("%s: every literal masked: want %v:\n%s", tc.name, tc.all, got)
		}
		if !strings.Contains(got, "--- a/p.go\n+++ b/p.go\n") || !strings.Contains(got, "\n+const more = 1\n") {
			t.Errorf("%s: not the diff:\n%s", tc.name, got)
		}
	}
}

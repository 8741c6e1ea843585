package driver

import (
	"go/token"
	"testing"

	"github.com/apivet/apivet/internal/report"
)

func TestDropYielding(t *testing.T) {
	t.Parallel()
	at := func(check, file string, line int, related ...report.Related) report.Finding {
		return report.Finding{Check: check, Package: "example.com/m/fx", Pos: token.Position{Filename: file, Line: line}, Related: related}
	}
	hard := at("hardcodedsecret", "/m/fx/fx.go", 13)
	for _, c := range []struct {
		name  string
		other report.Finding
		left  int
	}{
		{"the same line", at("browsersecret", "/m/fx/fx.go", 13), 1},
		{"a related place", at("browsersecret", "/m/web/main.go", 4, report.Related{Pos: token.Position{Filename: "/m/fx/fx.go", Line: 13}}), 1},
		{"a place in words", at("browsersecret", "/m/web/main.go", 4, report.Related{Message: "the value is at example.com/m/fx/fx.go:13"}), 1},
		{"another line", at("browsersecret", "/m/fx/fx.go", 14), 2},
		{"another check", at("bodyleak", "/m/fx/fx.go", 13), 2},
	} {
		if got := dropYielding([]report.Finding{hard, c.other}); len(got) != c.left {
			t.Errorf("%s: %d findings are left, want %d", c.name, len(got), c.left)
		}
	}
}

package driver

import (
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
	"github.com/apivet/apivet/passes/deaddirective"
)

// An ignoreUse is a directive that suppresses findings of one check, and
// whether it did, on any platform.
type ignoreUse struct {
	check    string
	pos, end token.Position
	pkg      string
	severity check.Severity // of the finding that it is unused; "" is none wanted
	used     bool
}

// ignoreUses are those of a run.
type ignoreUses []ignoreUse

// ignoresOf returns the directives that a check looked at in a package.
func ignoresOf(act *checker.Action) ignoreUses {
	result, ok := act.Result.(*check.Result)
	if !ok {
		return nil
	}
	var list ignoreUses
	for _, ig := range result.Ignores {
		use := ignoreUse{
			check: act.Analyzer.Name,
			pos:   act.Package.Fset.Position(ig.Pos),
			end:   act.Package.Fset.Position(ig.End),
			pkg:   act.Package.PkgPath,
			used:  ig.Used,
		}
		name, conf := deaddirective.Spec.Name, result.Config
		if conf.Runs(name) && !conf.Excludes(use.pos.Filename, name) {
			use.severity = check.SeverityIn(conf, deaddirective.Spec, "")
		}
		list = append(list, use)
	}
	return list
}

// unused returns a finding for each directive that suppressed nothing of
// a check that ran. It is for runs that see a package with all its checks.
func (uses ignoreUses) unused(analyzers []*analysis.Analyzer) []report.Finding {
	asked := slices.ContainsFunc(analyzers, func(a *analysis.Analyzer) bool { return a.Name == deaddirective.Spec.Name })
	if !asked {
		return nil
	}
	type key struct {
		check string
		pos   token.Position
	}
	used := make(map[key]bool)
	for _, ig := range uses {
		k := key{ig.check, ig.pos}
		used[k] = used[k] || ig.used
	}
	var list []report.Finding
	for _, ig := range uses {
		if used[key{ig.check, ig.pos}] || ig.severity == "" {
			continue
		}
		list = append(list, report.Finding{
			Check:    deaddirective.Spec.Name,
			Severity: ig.severity,
			Pos:      ig.pos,
			End:      ig.end,
			Message:  fmt.Sprintf("apivet:ignore %s suppresses nothing: there is no such finding here; remove it", ig.check),
			URL:      deaddirective.Spec.URL(),
			Package:  ig.pkg,
		})
	}
	return list
}

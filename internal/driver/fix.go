package driver

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
)

// newFixes resolves the fixes of a diagnostic.
func newFixes(p *packages.Package, d analysis.Diagnostic, sums map[string]string) []report.Fix {
	var list []report.Fix
	for _, sf := range d.SuggestedFixes {
		f := report.Fix{Message: sf.Message, Safety: check.SafetyOf(sf)}
		for _, e := range sf.TextEdits {
			end := e.End
			if !end.IsValid() {
				end = e.Pos
			}
			pos := p.Fset.PositionFor(e.Pos, false)
			f.Edits = append(f.Edits, report.Edit{Pos: pos, End: p.Fset.PositionFor(end, false), NewText: string(e.NewText), Sum: sums[pos.Filename]})
		}
		list = append(list, f)
	}
	return list
}

// sum is the form of [report.Edit.Sum].
func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// A fixPlan is what the fixes of some findings make of the files.
type fixPlan struct {
	files    []*fixedFile     // by name
	overlap  int              // findings whose fix gets in the way of another's
	problems []report.Problem // files that are left alone
}

// fixed counts the findings that are mended.
func (plan *fixPlan) fixed() int {
	n := 0
	for _, f := range plan.files {
		n += f.findings
	}
	return n
}

// A fixedFile is a file before and after.
type fixedFile struct {
	name     string
	old, new []byte
	edits    []report.Edit
	findings int // mended here
}

// planFixes applies the first fix of each finding that has one of the wanted
// safety, in memory. A fix is applied as a whole or not at all.
func planFixes(findings []report.Finding, all bool) *fixPlan {
	plan := &fixPlan{}
	files := make(map[string]*fixedFile) // nil for one that is left alone
	for _, f := range findings {
		i := slices.IndexFunc(f.Fixes, func(fix report.Fix) bool { return all || fix.Safety == check.Safe })
		if i < 0 {
			continue
		}
		edits := f.Fixes[i].Edits
		if !plan.open(files, edits) {
			continue
		}
		if overlaps(files, edits) {
			plan.overlap++
			continue
		}
		files[edits[0].Pos.Filename].findings++
		for _, e := range edits {
			if file := files[e.Pos.Filename]; !slices.Contains(file.edits, e) {
				file.edits = append(file.edits, e)
			}
		}
	}
	for _, f := range files {
		if f == nil || len(f.edits) == 0 {
			continue
		}
		if err := f.apply(); err != nil {
			plan.problems = append(plan.problems, report.Problem{Text: err.Error()})
			continue
		}
		plan.files = append(plan.files, f)
	}
	slices.SortFunc(plan.files, func(a, b *fixedFile) int { return cmp.Compare(a.name, b.name) })
	return plan
}

// open reads the files of the edits, and reports whether all are as they were
// when they were analysed. One that is not is a problem, once.
func (plan *fixPlan) open(files map[string]*fixedFile, edits []report.Edit) bool {
	ok := len(edits) > 0
	for _, e := range edits {
		name := e.Pos.Filename
		if e.Sum == "" {
			return false
		}
		if f, seen := files[name]; seen {
			ok = ok && f != nil
			continue
		}
		data, err := os.ReadFile(name)
		if err == nil && sum(data) != e.Sum {
			err = fmt.Errorf("%s was changed while it was analysed: it is not fixed", name)
		}
		if err != nil {
			plan.problems = append(plan.problems, report.Problem{Text: err.Error()})
			files[name] = nil
			ok = false
			continue
		}
		files[name] = &fixedFile{name: name, old: data}
	}
	return ok
}

// overlaps reports whether an edit changes text that an accepted one changes
// otherwise. The same edit twice, such as an import that two fixes add, is one.
func overlaps(files map[string]*fixedFile, edits []report.Edit) bool {
	for _, e := range edits {
		accepted := files[e.Pos.Filename].edits
		if slices.Contains(accepted, e) {
			continue
		}
		for _, other := range accepted {
			apart := e.End.Offset < other.Pos.Offset || other.End.Offset < e.Pos.Offset
			// Edits that touch are apart unless both put text where they do.
			touch := (e.End.Offset == other.Pos.Offset || other.End.Offset == e.Pos.Offset) && (e.NewText == "" || other.NewText == "")
			if !apart && !touch {
				return true
			}
		}
	}
	return false
}

// apply makes the new content. A file that was formatted stays so; others keep
// the form that they have.
func (f *fixedFile) apply() error {
	slices.SortStableFunc(f.edits, func(a, b report.Edit) int {
		return cmp.Or(cmp.Compare(a.Pos.Offset, b.Pos.Offset), cmp.Compare(a.End.Offset, b.End.Offset))
	})
	var out bytes.Buffer
	done := 0
	for _, e := range f.edits {
		if e.Pos.Offset < done || e.End.Offset < e.Pos.Offset || e.End.Offset > len(f.old) {
			return fmt.Errorf("internal error: the edits of %s are out of order; it is not fixed", f.name)
		}
		out.Write(f.old[done:e.Pos.Offset])
		out.WriteString(e.NewText)
		done = e.End.Offset
	}
	out.Write(f.old[done:])
	f.new = out.Bytes()
	if formatted, err := format.Source(f.old); err == nil && bytes.Equal(formatted, f.old) {
		if formatted, err := format.Source(f.new); err == nil {
			f.new = formatted
		}
	}
	if _, err := parser.ParseFile(token.NewFileSet(), f.name, f.new, parser.SkipObjectResolution); err != nil {
		return fmt.Errorf("internal error: the fixes of %s do not give Go source (%v); it is not fixed", f.name, err)
	}
	return nil
}

// write puts the new content on disk, if the old one is still there.
func (f *fixedFile) write() error { return replace(f.name, f.old, f.new) }

// restore takes the fixes back, if nobody has changed the file since.
func (f *fixedFile) restore() error { return replace(f.name, f.new, f.old) }

// replace writes a file whose content is old, so that a reader sees the old or
// the new content and nothing between.
func replace(name string, old, content []byte) error {
	name, err := filepath.EvalSymlinks(name) // the link stays
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("%s is read-only: it is not fixed", name)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone after the rename
	if _, err := tmp.Write(content); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), info.Mode().Perm()); err != nil {
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, old) {
		return fmt.Errorf("%s was changed while it was analysed: it is not fixed", name)
	}
	return os.Rename(tmp.Name(), name)
}

package check

import (
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Safety tells whether a fix may be applied unread.
type Safety string

const (
	// Safe fixes mend the mistake and change nothing else. Every tool that
	// applies fixes gets them.
	Safe Safety = "safe"
	// Suggested fixes are right as a rule, and want to be read before they are
	// committed. Tools get them where they are asked for.
	Suggested Safety = "suggested"
)

// A Fix is a change of the source that mends a finding.
type Fix struct {
	Safety  Safety
	Message string // what it does, as an order: "defer closing the body"
	Edits   []analysis.TextEdit
}

// suggestedMark ends the message of a fix that is not safe, in every tool:
// [analysis.SuggestedFix] has no other place for it.
const suggestedMark = " (suggested)"

// SafetyOf returns the safety of a fix that a check reported.
func SafetyOf(f analysis.SuggestedFix) Safety {
	if strings.HasSuffix(f.Message, suggestedMark) {
		return Suggested
	}
	return Safe
}

// suggestedFixes returns the fixes that the run asks for, without those that
// edit a file which has no findings, such as a generated one.
func (p *Pass) suggestedFixes(fixes []Fix) []analysis.SuggestedFix {
	var list []analysis.SuggestedFix
	for _, f := range fixes {
		if f.Safety != Safe && !p.config.Suggested || p.skipsAny(f.Edits) {
			continue
		}
		out := analysis.SuggestedFix{Message: f.Message, TextEdits: f.Edits}
		if f.Safety != Safe {
			out.Message += suggestedMark
		}
		list = append(list, out)
	}
	return list
}

func (p *Pass) skipsAny(edits []analysis.TextEdit) bool {
	for _, e := range edits {
		if p.unwanted(e.Pos) {
			return true
		}
	}
	return false
}

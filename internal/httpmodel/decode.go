package httpmodel

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
)

// A Decode is a place where the content of an answer becomes a value.
type Decode struct {
	Pos  token.Pos
	Type types.Type // what it becomes; nil when that is not known
	Into ssa.Value  // where it goes, as it is given to the decoder; may be nil
	From ssa.Value  // what is decoded; nil where a library does it by itself
	// Out are the answers that are decoded so.
	Out play.Outcomes
	// Send is the request that was answered, nil in a function that is given
	// the answer.
	Send *Send
}

// Decodes returns the places where the package decodes answers, in source
// order: also those in functions that are given an answer or its body.
func (m *Model) Decodes() []*Decode {
	m.decodesOnce.Do(func() {
		seen := map[token.Pos]*Decode{}
		for _, p := range m.plays() {
			for _, e := range p.Ends {
				for _, d := range e.Decoded {
					known := seen[d.Pos]
					if known == nil {
						known = &Decode{Pos: d.Pos, Type: d.Type, Into: d.Into, From: d.From, Send: p.send}
						seen[d.Pos] = known
						m.decodes = append(m.decodes, known)
					}
					known.Out |= d.Out & e.Out
				}
			}
		}
		slices.SortFunc(m.decodes, func(a, b *Decode) int { return int(a.Pos - b.Pos) })
	})
	return m.decodes
}

// A played is the play of a request, or of a function that is given an answer.
type played struct {
	*play.Result
	send *Send // nil for a function
}

// plays returns every play of the package, those of requests first.
func (m *Model) plays() []played {
	var list []played
	for _, s := range m.Sends() {
		if r := s.Play(); r.Reached && !r.Overflow {
			list = append(list, played{r, s})
		}
	}
	if m.Empty() {
		return list
	}
	for _, fn := range m.SSA().Funcs {
		if r := m.facts.Given(fn); r != nil && !r.Overflow {
			list = append(list, played{r, nil})
		}
	}
	return list
}

// failure returns the error that a path ends with, or nil.
func (p played) failure(e play.End) *play.Value {
	results := p.Root.Signature.Results()
	if p.send != nil {
		return p.send.errorOf(e)
	}
	for i := len(e.Results) - 1; i >= 0; i-- {
		if i < results.Len() && isErrorType(results.At(i).Type()) {
			return &e.Results[i]
		}
	}
	return nil
}

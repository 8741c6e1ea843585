package httpmodel

import (
	"go/token"

	"github.com/apivet/apivet/internal/play"
)

// givenUp are the answers that a retrying client repeats by default.
var givenUp = TooMany | play.ServerError

// A LostAnswer is code that reads answers which its client never gives it: an
// error takes the place of what the last attempt was answered.
type LostAnswer struct {
	Client token.Pos // where the client is made
	Send   *Send
	// Read is where the answer is told from others, or an error is made of its
	// body.
	Read Evidence
	// Body says that its body is read there.
	Body bool
}

// LostAnswers returns the first such code for each client of the package.
func (m *Model) LostAnswers() []LostAnswer {
	var list []LostAnswer
	had := map[token.Pos]bool{}
	for _, s := range m.Sends() {
		for _, o := range s.Innermost().lockedOrigins() {
			if had[o.pos] || !o.pos.IsValid() || o.GivesUp()&saysYes == 0 {
				continue
			}
			if read, body, found := s.readsGivenUp(); found {
				had[o.pos] = true
				list = append(list, LostAnswer{Client: o.pos, Send: s, Read: read, Body: body})
			}
		}
	}
	return list
}

// readsGivenUp returns a place that only answers reach which a client repeats,
// or where an error is made of their body.
func (s *Send) readsGivenUp() (read Evidence, body, found bool) {
	r := s.Play()
	if r.Overflow || !r.Reached || !s.GivesAnswer() || s.Opaque {
		return Evidence{}, false, false
	}
	for _, e := range r.Ends {
		if !e.Given || e.CameFailed || !e.Out.Has(givenUp) || e.Out.Has(play.Success) {
			continue
		}
		if e.Out&^givenUp == 0 {
			return Evidence{e, e.Out}, false, true
		}
		err := s.errorOf(e)
		if e.Kind == play.Returns && err != nil && err.K != play.Unknown && err.K != play.Nil && err.T&(play.FromBody|play.FromData) != 0 && err.T&play.FromDecode == 0 && !found {
			read, body, found = Evidence{e, e.Out & givenUp}, true, true
		}
	}
	return read, body, found
}

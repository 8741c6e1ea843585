package httpmodel

import (
	"go/token"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// A Conflict is a request that creates something, in code that makes it more
// than once, which takes "it is there already" for a failure.
type Conflict struct {
	Kind ConflictKind
	Pos  token.Pos // the call in the code that makes it again
	Send *Send
	// In is the function that does so.
	In string
	// Vendor says so in its documentation, or "".
	Vendor string
	// Key is the header by which the vendor knows a repeated request, or "".
	Key string
}

// A ConflictKind says why the request is made again.
type ConflictKind int

const (
	ConflictRerun    ConflictKind = iota // the function's name says that it is run again
	ConflictKey                          // the client repeats it with its idempotency key
	ConflictStart                        // it is made whenever the program starts
	ConflictBatch                        // a loop makes many and breaks off at the first failure
	ConflictRefused                      // an attempt after a refusal
	ConflictLost                         // an attempt after an answer that was lost
	ConflictSchedule                     // it is made whenever the time has come
	ConflictDelivery                     // it is made for a message that may come twice
	ConflictRace                         // somebody else makes it between the look and the request
)

// Conflicts returns the package's requests of that kind.
func (m *Model) Conflicts() []Conflict {
	if m.Empty() {
		return nil
	}
	search := &conflictSearch{m: m, had: map[token.Pos]bool{}, tried: map[*ssa.Function]bool{}, told: map[ssa.CallInstruction]bool{}}
	search.retries()
	for _, s := range m.Sends() {
		if s.Opaque || s.ReadsOnly() || m.skipsTest(outermost(s.Fn)) || s.Method() != "" && !s.posts() {
			continue
		}
		if c, ok := s.repeatedKey(); ok {
			search.add(c)
			continue
		}
		search.climb(s)
	}
	slices.SortFunc(search.found, func(a, b Conflict) int { return int(a.Pos - b.Pos) })
	return search.found
}

// A conflictSearch collects a package's conflicts.
type conflictSearch struct {
	m     *Model
	had   map[token.Pos]bool
	found []Conflict
	// tried are the functions that make further attempts, whether that is
	// reported or not: their callers hear of it once.
	tried map[*ssa.Function]bool
	// told are the calls on the way to a request that further attempts make:
	// one cause is one finding.
	told map[ssa.CallInstruction]bool
	// timed are the functions that a scheduler calls, nil until they are asked for.
	timed map[*ssa.Function]bool
}

func (x *conflictSearch) add(c Conflict) {
	if !x.had[c.Pos] {
		x.had[c.Pos] = true
		x.found = append(x.found, c)
	}
}

// conflict is the answer that says that something is there.
var conflict = play.Status(http.StatusConflict)

// failsOnConflict reports whether a conflict ends as any refused request does
// in the function that sends it.
func (s *Send) failsOnConflict() bool { return s.endsAsRefused(s.Play(), s.Fn) }

// endsAsRefused reports whether a conflict ends in a failure on every path of a
// play of a function, where other refusals end, too, and no success does.
func (s *Send) endsAsRefused(r *play.Result, fn *ssa.Function) bool {
	if r.Overflow || !r.Reached {
		return false
	}
	fails := false
	for _, e := range r.Ends {
		if !onConflict(e) {
			continue
		}
		if !e.Out.Has(Refused) || succeeds(e.Out) || givesAnswer(fn, e) {
			return false
		}
		if e.Kind == play.Returns && !returnsFailure(fn, e) {
			return false
		}
		fails = true
	}
	return fails
}

// onConflict reports whether an end is one of a conflict that was read: where the
// connection breaks in mid-answer, nobody knows what it was.
func onConflict(e play.End) bool {
	return e.Out.Has(conflict) && !e.Elsewhere && (e.Flags&play.Failed == 0 || !succeeds(e.Out))
}

// givesAnswer reports whether a function gives its caller the answer, or
// something of its body, beside an error.
func givesAnswer(fn *ssa.Function, e play.End) bool {
	results := fn.Signature.Results()
	for i, v := range e.Results {
		if i >= results.Len() || isErrorType(results.At(i).Type()) {
			continue
		}
		if v.K == play.Resp || v.K == play.Body || v.T&(play.FromBody|play.FromData) != 0 {
			return true
		}
	}
	return false
}

// succeeds reports whether a success may end so. Who asks for 201, or for 200,
// refuses the other.
func succeeds(out play.Outcomes) bool {
	return out.Has(play.Status(http.StatusOK)) && out.Has(play.Status(http.StatusCreated))
}

// returnsFailure reports whether the error that a function returns at an end is
// there. A function without one has told of the failure before, if at all.
func returnsFailure(fn *ssa.Function, e play.End) bool {
	results := fn.Signature.Results()
	n := results.Len()
	if n == 0 || n != len(e.Results) || !isErrorType(results.At(n-1).Type()) {
		return n == 0
	}
	return e.Results[n-1].K == play.NonNil || e.Results[n-1].K == play.Ptr
}

// repeatedKey returns the request as one that its client repeats with a key of
// which the vendor says that it refuses the second one.
func (s *Send) repeatedKey() (Conflict, bool) {
	p := s.model.vendorOf(played{send: s})
	if p == nil || p.Repeated == nil || p.Repeated.Status != http.StatusConflict || !s.posts() || !s.clientRepeatsWrites() || !s.failsOnConflict() {
		return Conflict{}, false
	}
	fn := outermost(s.Fn)
	if !usesText(fn, p.Repeated.Header) || s.model.knowsConflict(fn) {
		return Conflict{}, false
	}
	return Conflict{Kind: ConflictKey, Pos: s.Pos(), Send: s, In: fn.Name(), Vendor: p.Name, Key: p.Repeated.Header}, true
}

// usesText reports whether a function or a literal in it has a text, whatever
// its case.
func usesText(fn *ssa.Function, text string) bool {
	for instr := range lazyssa.Each[ssa.Instruction](withClosures(fn)...) {
		for _, op := range instr.Operands(nil) {
			if c, ok := constString(*op); ok && strings.EqualFold(c, text) {
				return true
			}
		}
	}
	return false
}

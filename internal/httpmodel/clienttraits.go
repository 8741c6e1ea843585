package httpmodel

import (
	"fmt"
	"strings"
)

// Answers is the set of answers that a question got, one for each place that
// a value can come from.
type Answers uint8

const (
	saysYes Answers = 1 << iota
	saysNo
	saysUnknown
	saysParam // whatever the client or transport that is passed in says
	// The same three shifted by nilShift: what holds where nil is passed in.
)

const (
	nilShift = 4
	plain    = saysYes | saysNo | saysUnknown
)

// orNil is what the parameter says, or what else says where that is nil.
func (a Answers) orNil(otherwise Answers) Answers {
	if a&saysParam == 0 {
		return a | otherwise
	}
	return a | otherwise&plain<<nilShift | otherwise&^plain
}

// Answer is the one answer, or Unknown where there are several or none.
func (a Answers) Answer() Answer {
	switch a {
	case saysYes:
		return Yes
	case saysNo:
		return No
	}
	return Unknown
}

// under is what a transport says whose own answer is a, around one that says
// next: what it does not do itself the next one may.
func (a Answers) under(next Answers) Answers {
	if a&^saysYes == 0 && a != 0 {
		return a
	}
	return a&^saysNo | next
}

// A Trait is a question about a client or transport.
type Trait int

const (
	// Of the client itself.
	traitRetries Trait = iota // it repeats failed requests
	traitTimeout              // it bounds each request
	traitRaw                  // it hands out its own answers with open bodies
	traitWrites               // where it repeats, it repeats requests that create too
	traitGivesUp              // where it repeats, an error takes the place of the last failing answer

	// Of the transport that it sends through, the whole chain.
	traitSendRetries
	traitSendTimeout
	traitSendWrites
	traitSendGivesUp
	traitReuse // it keeps connections
	traitIdle  // it keeps more than two idle connections a host
	traitPool  // its connections are its own, not the whole process's
	traitFresh // they are new: nothing else holds them yet

	numTraits
)

const firstOfTransport = traitSendRetries

// Traits say how a client or transport behaves. A question that does not apply
// (whether a transport reads answers) has no answer. They are facts: fixed and small.
type Traits struct {
	Says   [numTraits]Answers
	Params uint32 // bit i: parameter i is what saysParam stands for; the receiver is parameter 0
	// Options are the parameters that hold functions which may change it: of a
	// client, or of a transport.
	Options, TransportOptions uint32
}

func allSay(a Answers) Traits {
	var t Traits
	for i := range t.Says {
		t.Says[i] = a
	}
	return t
}

// join is what a value says that is one of two.
func (t Traits) join(o Traits) Traits {
	for i := range t.Says {
		t.Says[i] |= o.Says[i]
	}
	t.Params |= o.Params
	t.Options |= o.Options
	t.TransportOptions |= o.TransportOptions
	return t
}

// with is the client with another transport.
func (t Traits) with(transport Traits) Traits {
	for i := firstOfTransport; i < numTraits; i++ {
		t.Says[i] = transport.Says[i]
	}
	t.Params |= transport.Params
	t.TransportOptions |= transport.TransportOptions
	return t
}

// around is a transport that says these things itself and sends through next.
func (t Traits) around(next Traits) Traits {
	out := next.transportOnly()
	for _, i := range []Trait{traitSendRetries, traitSendTimeout, traitSendWrites, traitSendGivesUp} {
		out.Says[i] = t.Says[i].under(next.Says[i])
	}
	return out
}

// kept is what was found in a field or variable: it is not new.
func (t Traits) kept() Traits {
	if t.Says[traitFresh] != 0 {
		t.Says[traitFresh] = saysNo
	}
	return t
}

func (t Traits) transportOnly() Traits {
	for i := range firstOfTransport {
		t.Says[i] = 0
	}
	return t
}

// needsParam reports whether some answer is what a parameter says.
func (t Traits) needsParam() bool {
	for _, a := range t.Says {
		if a&saysParam != 0 {
			return true
		}
	}
	return false
}

// fill puts the answers of what was passed in where a parameter decides. One
// that is nil says nothing where another way out is known.
func (t Traits) fill(passed Traits, isNil bool) Traits {
	for i, a := range t.Says {
		known := a & plain
		switch {
		case a&saysParam == 0:
			t.Says[i] = known
		case isNil && a>>nilShift != 0:
			t.Says[i] = known | a>>nilShift
		case isNil && known != 0:
			t.Says[i] = known
		default:
			t.Says[i] = known | passed.Says[i]
		}
	}
	t.Params = passed.Params
	return t
}

// Retries says whether failed requests are repeated, by the client or below it.
func (t Traits) Retries() Answers { return t.Says[traitRetries].under(t.Says[traitSendRetries]) }

// Timeout says whether something bounds each request.
func (t Traits) Timeout() Answers { return t.Says[traitTimeout].under(t.Says[traitSendTimeout]) }

// Writes says whether requests that create are repeated when they fail, by the
// client or below it.
func (t Traits) Writes() Answers { return t.Says[traitWrites].under(t.Says[traitSendWrites]) }

// GivesUp says whether an error takes the place of the last failing answer of
// those that were repeated, in the client or below it.
func (t Traits) GivesUp() Answers { return t.Says[traitGivesUp].under(t.Says[traitSendGivesUp]) }

// String describes the traits for tests and debugging.
func (t Traits) String() string {
	names := [numTraits]string{"retries", "timeout", "raw", "writes", "gives-up", "send-retries", "send-timeout", "send-writes", "send-gives-up", "reuse", "idle", "pool", "fresh"}
	var list []string
	for i, a := range t.Says {
		if a != 0 && a != saysUnknown {
			text := ""
			for bit, letter := range "ynup" {
				if a&(1<<bit) != 0 {
					text += string(letter)
				}
			}
			list = append(list, names[i]+"="+text)
		}
	}
	return fmt.Sprintf("%s params=%b", strings.Join(list, " "), t.Params)
}

// defaultTransport is net/http's: no bound, two idle connections a host, shared.
func defaultTransport() Traits {
	var t Traits
	for i := firstOfTransport; i < numTraits; i++ {
		t.Says[i] = saysNo
	}
	t.Says[traitReuse] = saysYes
	return t
}

// plainClient is a client with no settings over the default transport.
func plainClient() Traits {
	t := defaultTransport()
	for i := range firstOfTransport {
		t.Says[i] = saysNo
	}
	return t
}

package httpmodel

import (
	"fmt"

	"github.com/apivet/apivet/internal/play"
)

// AnyStatus is every outcome that has an answer.
const AnyStatus = play.AnyStatus

// Repeats reports whether the evidence is a repetition of the call.
func (e Evidence) Repeats() bool { return e.Kind == play.Repeats }

// Returns reports whether the evidence is a return of the function.
func (e Evidence) Returns() bool { return e.Kind == play.Returns }

// Unused reports whether nothing of the body was looked at on the path.
func (e Evidence) Unused() bool { return e.Flags&(play.Read|play.Decoded) == 0 && !e.Returned }

// Deferred reports whether closing waits for the function's end.
func (e Evidence) Deferred() bool { return e.Flags&play.Deferred != 0 }

// Drained reports whether the body was read to its end on the path.
func (e Evidence) Drained() bool { return e.Flags&play.Drained != 0 }

// Closed reports whether the body was closed on the path.
func (e Evidence) Closed() bool { return e.Flags&play.Closed != 0 }

// Words tells a set of outcomes in a few words: "404", "4xx or 5xx", "not 2xx".
func Words(o play.Outcomes) string {
	o &= play.AnyStatus
	switch {
	case o == play.AnyStatus:
		return "any status"
	case o == play.AnyStatus&^play.Success:
		return "not 2xx"
	case o == play.AnyStatus&^play.Status(200):
		return "not 200"
	case o&play.ErrorStatus == play.ErrorStatus:
		return "4xx or 5xx"
	case o&play.ErrorStatus == play.ServerError:
		return "5xx"
	case o&play.ErrorStatus == play.ErrorStatus&^play.ServerError:
		return "4xx"
	}
	codes := o.Codes()
	switch len(codes) {
	case 0:
		return "a network error"
	case 1:
		return fmt.Sprint(codes[0])
	case 2:
		return fmt.Sprintf("%d or %d", codes[0], codes[1])
	}
	return fmt.Sprintf("%d, %d and others", codes[0], codes[1])
}

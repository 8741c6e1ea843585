// Package play plays the ways an HTTP call can end through the code around it:
// an abstract execution of SSA that starts with "the call ended in X" and
// records how the code ends for each X.
//
// All outcomes are played at once. A path carries the set of outcomes that
// lead along it; a branch on the status or the error splits the set.
package play

import (
	"go/constant"
	"go/token"
	"math/bits"
	"strconv"
	"strings"
)

// Outcomes is a set of ways that a call can end.
type Outcomes uint32

// NetError is the outcome without an answer: the response is nil and the
// error is not.
const NetError Outcomes = 1

// statuses are the answers that are told apart; bit i+1 stands for entry i.
var statuses = [...]int{200, 201, 202, 204, 301, 304, 400, 401, 403, 404, 408, 409, 410, 415, 422, 429, 500, 502, 503, 504}

// AnyStatus is every outcome that has an answer.
const AnyStatus Outcomes = (1<<len(statuses) - 1) << 1

// Any is every outcome.
const Any = NetError | AnyStatus

// Status returns the outcome of one status code, or 0 for one that is not
// told apart.
func Status(code int) Outcomes {
	for i, s := range statuses {
		if s == code {
			return 1 << (i + 1)
		}
	}
	return 0
}

// Range returns the outcomes whose status is in [from, to].
func Range(from, to int) Outcomes {
	return where(func(s int) bool { return from <= s && s <= to })
}

var (
	// Success is 200 to 299.
	Success = Range(200, 299)
	// ErrorStatus is 400 to 599.
	ErrorStatus = Range(400, 599)
	// ServerError is 500 to 599.
	ServerError = Range(500, 599)
)

func where(f func(status int) bool) Outcomes {
	var o Outcomes
	for i, s := range statuses {
		if f(s) {
			o |= 1 << (i + 1)
		}
	}
	return o
}

// compare returns the outcomes for which `status op c` holds. class says that
// the left side is status/100.
func compare(op token.Token, c constant.Value, class bool) (Outcomes, bool) {
	if c.Kind() != constant.Int {
		return 0, false
	}
	div := 1
	if class {
		div = 100
	}
	return where(func(s int) bool { return constant.Compare(constant.MakeInt64(int64(s/div)), op, c) }), true
}

// Has reports whether the sets share an outcome.
func (o Outcomes) Has(other Outcomes) bool { return o&other != 0 }

// Len returns the number of outcomes.
func (o Outcomes) Len() int { return bits.OnesCount32(uint32(o)) }

// Codes returns the status codes in the set, in order.
func (o Outcomes) Codes() []int {
	var list []int
	for i, s := range statuses {
		if o&(1<<(i+1)) != 0 {
			list = append(list, s)
		}
	}
	return list
}

// String lists the outcomes, for messages and tests.
func (o Outcomes) String() string {
	var parts []string
	if o.Has(NetError) {
		parts = append(parts, "network error")
	}
	for _, s := range o.Codes() {
		parts = append(parts, strconv.Itoa(s))
	}
	return strings.Join(parts, " ")
}

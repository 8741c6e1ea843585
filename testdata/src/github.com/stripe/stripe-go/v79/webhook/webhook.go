// Package webhook is a stub for fixtures.
package webhook

import (
	"time"

	"github.com/stripe/stripe-go/v79"
)

const DefaultTolerance time.Duration = 300 * time.Second

type ConstructEventOptions struct {
	Tolerance                time.Duration
	IgnoreTolerance          bool
	IgnoreAPIVersionMismatch bool
}

func ConstructEvent(payload []byte, header string, secret string) (event stripe.Event, err error) {
	return
}
func ConstructEventIgnoringTolerance(payload []byte, header string, secret string) (event stripe.Event, err error) {
	return
}
func ConstructEventWithOptions(payload []byte, header string, secret string, options ConstructEventOptions) (event stripe.Event, err error) {
	return
}
func ConstructEventWithTolerance(payload []byte, header string, secret string, tolerance time.Duration) (event stripe.Event, err error) {
	return
}
func ValidatePayload(payload []byte, header string, secret string) (err error) { return }
func ValidatePayloadIgnoringTolerance(payload []byte, header string, secret string) (err error) {
	return
}
func ValidatePayloadWithTolerance(payload []byte, header string, secret string, tolerance time.Duration) (err error) {
	return
}

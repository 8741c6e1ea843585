// Package backoff is a stub for fixtures.
package backoff

import "time"

type BackOff interface {
	NextBackOff() time.Duration
	Reset()
}

type ExponentialBackOff struct{ MaxElapsedTime time.Duration }

func (b *ExponentialBackOff) NextBackOff() (d time.Duration) { return }
func (b *ExponentialBackOff) Reset()                         {}

func NewExponentialBackOff() (b *ExponentialBackOff) { return }

type Operation func() error

func Retry(o Operation, b BackOff) (err error) { return }

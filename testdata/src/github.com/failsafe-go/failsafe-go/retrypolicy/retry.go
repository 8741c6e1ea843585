// Package retrypolicy is a stub for fixtures.
package retrypolicy

import "github.com/failsafe-go/failsafe-go"

type RetryPolicy[R any] interface{ failsafe.Policy[R] }

func NewWithDefaults[R any]() (p RetryPolicy[R]) { return }

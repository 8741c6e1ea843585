// Package failsafe is a stub for fixtures.
package failsafe

type Policy[R any] interface{ ToExecutor(typeToken R) any }

type Executor[R any] interface {
	Run(fn func() error) error
	Get(fn func() (R, error)) (R, error)
}

func With[R any](policies ...Policy[R]) (e Executor[R]) { return }

// Package retry is a stub for fixtures.
package retry

type (
	RetryableFunc                func() error
	RetryableFuncWithData[T any] func() (T, error)
	Option                       func(*retrierCore)
	Retrier                      struct{}
	RetrierWithData[T any]       struct{}
	retrierCore                  struct{}
)

func New(opts ...Option) (r *Retrier)                                                       { return }
func NewWithData[T any](opts ...Option) (r *RetrierWithData[T])                             { return }
func (r *Retrier) Do(retryableFunc RetryableFunc) (err error)                               { return }
func (r *RetrierWithData[T]) Do(retryableFunc RetryableFuncWithData[T]) (data T, err error) { return }
func Attempts(attempts uint) (o Option)                                                     { return }

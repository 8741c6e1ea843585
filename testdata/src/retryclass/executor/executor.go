// Package executor calls handlers again.
package executor

// A RetryExecutor calls its handler until that asks for no more.
type RetryExecutor struct {
	Tries   int
	Handler func() (again bool, err error)
}

// Execute runs the handler.
func (r *RetryExecutor) Execute() error {
	for i := 0; ; i++ {
		again, err := r.Handler()
		if !again || i == r.Tries {
			return err
		}
	}
}

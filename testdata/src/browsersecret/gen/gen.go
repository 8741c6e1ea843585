package gen

type charger interface{ Charge() error }

func Run[T charger](n int) {
	var t T
	for range n {
		_ = t.Charge()
	}
}

func Pick[T any](v T) func() T { return func() T { return v } }

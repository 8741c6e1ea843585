package fixes

import "net/http"

type event struct{ ID string }

func argument(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		go s.Save(r.Context(), event{}) // want `runs in the background`
		w.WriteHeader(http.StatusAccepted)
	}
}

func captured(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		go func() { // want `runs in the background`
			if err := s.Save(r.Context(), event{}); err != nil {
				println(err.Error())
			}
		}()
		w.WriteHeader(http.StatusAccepted)
	}
}

func twice(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		go func() { // want `runs in the background`
			s.Save(ctx, event{"1"})
			s.Save(ctx, event{"2"})
		}()
		w.WriteHeader(http.StatusAccepted)
	}
}

// What follows has no fix: the context is further away.

func byHelper(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		go keep(s, r) // want `runs in the background`
		w.WriteHeader(http.StatusAccepted)
	}
}

func keep(s store, r *http.Request) { s.Save(r.Context(), event{}) }

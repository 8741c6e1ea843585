package webhook

import (
	"net/http"

	"github.com/google/go-github/v66/github"
)

const secretToken = "FooBar" // want `everybody with the source or the program has a credential \(key of github.ValidatePayload\)`

func handle(w http.ResponseWriter, r *http.Request) {
	if _, err := github.ValidatePayload(r, []byte(secretToken)); err != nil {
		w.WriteHeader(http.StatusBadRequest)
	}
}

// Package callback takes users back from the vendor's page. It is no webhook: a person waits for the answer.
package callback

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"time"

	"example.com/flanks/right/flanks"
)

// Handler exchanges the code that the vendor's redirect brings.
type Handler struct {
	Client *flanks.Client
	Keep   func(ctx context.Context, grant flanks.Grant) error
}

// ServeHTTP exchanges the code while the user looks on, and says what happens next.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie("state")
	if err != nil || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(r.URL.Query().Get("state"))) != 1 {
		http.Error(w, "start again", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	grant, err := h.Client.Exchange(ctx, r.URL.Query().Get("code"))
	if err != nil {
		slog.ErrorContext(ctx, "exchange", "error", err)
		http.Error(w, "the bank could not be connected", http.StatusBadGateway)
		return
	}
	if err := h.Keep(ctx, grant); err != nil {
		slog.ErrorContext(ctx, "keep", "error", err)
		http.Error(w, "the connection could not be kept", http.StatusInternalServerError)
		return
	}
	target := "/accounts"
	if grant.Delayed {
		target = "/accounts/delayed"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

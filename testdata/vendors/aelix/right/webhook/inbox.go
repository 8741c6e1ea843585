package webhook

import (
	"context"
	"database/sql"
	"log/slog"
	"net/http"
	"time"
)

// Inbox keeps events in a table. The row is the acknowledgment's cover: once it is there, 200 is the truth.
type Inbox struct {
	Secret []byte
	DB     *sql.DB
}

// ServeHTTP stores the event within a second and answers.
func (i *Inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ev, ok := Read(w, r, i.Secret)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	const insert = `INSERT INTO inbox (type, subject) VALUES ($1, $2)`
	if _, err := i.DB.ExecContext(ctx, insert, ev.Type, ev.Data.ID); err != nil {
		slog.ErrorContext(ctx, "inbox", "error", err)
		http.Error(w, "not stored", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Command aelixd receives webhooks, serves the frontend and keeps the books.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"example.com/aelix/right/aelix"
	"example.com/aelix/right/auth"
	"example.com/aelix/right/ledger"
	"example.com/aelix/right/proxy"
	"example.com/aelix/right/transport"
	"example.com/aelix/right/webhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		slog.Error("aelixd", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	id, secret := os.Getenv("AELIX_CLIENT_ID"), strings.TrimSpace(os.Getenv("AELIX_CLIENT_SECRET"))
	base, keyFile := aelix.Production, os.Getenv("AELIX_API_KEY_FILE")
	if os.Getenv("AELIX_ENV") == "sandbox" {
		// The host and the credentials are switched together: neither works with the other's.
		base, keyFile = aelix.Sandbox, os.Getenv("AELIX_SANDBOX_API_KEY_FILE")
		id, secret = os.Getenv("AELIX_SANDBOX_CLIENT_ID"), strings.TrimSpace(os.Getenv("AELIX_SANDBOX_CLIENT_SECRET"))
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	books := ledger.New(base, strings.TrimSpace(string(key)))
	receiver, err := webhook.New(strings.TrimSpace(os.Getenv("AELIX_WEBHOOK_SECRET")), settle(books))
	if err != nil {
		return err
	}
	go receiver.Run(ctx)

	signedIn := func(r *http.Request) (string, bool) {
		user := r.Header.Get("X-Forwarded-User") // set by the gateway in front, which drops the client's own
		return user, user != ""
	}
	client := aelix.NewWithHTTP(base, auth.ClientCredentials(ctx, transport.New(nil), auth.TokenURL, id, secret))
	mux := http.NewServeMux()
	mux.Handle("/webhooks/", receiver.Router())
	mux.Handle("GET /api/accounts", &proxy.Backend{
		Client: client, Origins: []string{"https://app.example.com"}, Session: signedIn,
	})
	return serve(ctx, webhook.Server(":8443", mux))
}

// settle keeps the books for paid payments; other events are taken and left alone.
func settle(books *ledger.Books) webhook.Handle {
	return func(ctx context.Context, ev webhook.Event) error {
		if ev.Type != "payment.completed" {
			return nil
		}
		p, err := books.Payment(ctx, ev.Data.ID)
		if err != nil {
			return err
		}
		slog.InfoContext(ctx, "settled", "payment", p.ID, "status", p.Status)
		return nil
	}
}

// serve runs the server until the context ends, then gives it ten seconds.
func serve(ctx context.Context, srv *http.Server) error {
	done := make(chan error, 1)
	go func() { done <- srv.ListenAndServe() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		return err
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

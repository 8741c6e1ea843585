// Command aelixd receives webhooks and serves balances.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"example.com/aelix/wrong/accounts"
	"example.com/aelix/wrong/httpx"
	"example.com/aelix/wrong/proxy"
	"example.com/aelix/wrong/settle"
	"example.com/aelix/wrong/webhook"
)

func main() {
	cfg := httpx.Config{ID: os.Getenv("AELIX_CLIENT_ID"), Secret: strings.TrimSpace(os.Getenv("AELIX_CLIENT_SECRET"))}
	secret := []byte(strings.TrimSpace(os.Getenv("AELIX_WEBHOOK_SECRET")))
	if len(secret) == 0 {
		slog.Error("aelixd: no webhook secret")
		os.Exit(1)
	}
	books := settle.New(httpx.Production, cfg)
	inbox := make(webhook.Inbox, 64)
	go func() {
		for ev := range inbox {
			slog.Info("taken", "type", ev.Type)
		}
	}()
	hooks := &webhook.Hooks{
		Secret: secret, Inbox: inbox, Books: books, Base: httpx.Production, HTTP: httpx.NewClient(cfg),
		Done: func(err error) { slog.Info("settled", "error", err) },
	}
	hooks.Start(context.Background())
	mux := http.NewServeMux()
	mux.Handle("/webhooks/", hooks.Routes())
	mux.Handle("/webhooks/books", webhook.NewSettling(secret, books))
	mux.Handle("GET /api/accounts/{id}/balance", &proxy.Backend{Limits: accounts.NewLimits(httpx.Production, cfg)})
	if err := webhook.Serve(":8443", mux); err != nil {
		slog.Error("aelixd", "error", err)
		os.Exit(1)
	}
}

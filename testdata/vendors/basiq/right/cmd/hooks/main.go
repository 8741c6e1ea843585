// Command hooks receives Basiq's webhooks.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"example.com/basiq/right/basiq"
	"example.com/basiq/right/webhook"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	key := strings.TrimSpace(os.Getenv("BASIQ_API_KEY"))
	if key == "" {
		return errors.New("BASIQ_API_KEY is not set")
	}
	client := basiq.New(key)
	receiver, err := webhook.New(os.Getenv("BASIQ_WEBHOOK_SECRET"), func(ctx context.Context, ev webhook.Event) error {
		entity, user, err := client.Event(ctx, ev.EventID)
		if err != nil {
			return err
		}
		log.Printf("%s of %s changed", entity, user)
		return nil
	})
	if err != nil {
		return err
	}
	go receiver.Run(ctx)

	srv := &http.Server{
		Addr:              ":8080",
		Handler:           receiver.Routes(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	stopped := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			log.Print(err)
		}
	})
	defer stopped()
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

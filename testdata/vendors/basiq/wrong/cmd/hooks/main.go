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

	"example.com/basiq/wrong/basiq"
	"example.com/basiq/wrong/webhook"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// run serves with no limits on how long a sender may take for its request.
func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	key := strings.TrimSpace(os.Getenv("BASIQ_API_KEY"))
	if key == "" {
		return errors.New("BASIQ_API_KEY is not set")
	}
	client := basiq.New(key)
	receiver, err := webhook.New(os.Getenv("BASIQ_WEBHOOK_SECRET"), client, func(err error) { log.Print(err) })
	if err != nil {
		return err
	}
	go receiver.Run(ctx)
	srv := &http.Server{Addr: ":8080", Handler: receiver.Routes()} // want: webhookdeadline
	return srv.ListenAndServe()
}

// Command flanks-sync waits for credentials and prints what they hold.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"example.com/flanks/wrong/accounts"
	"example.com/flanks/wrong/call"
	"example.com/flanks/wrong/credentials"
	"example.com/flanks/wrong/links"
	"example.com/flanks/wrong/monitor"
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cfg := call.Config{ID: os.Getenv("FLANKS_CLIENT_ID"), Secret: strings.TrimSpace(os.Getenv("FLANKS_CLIENT_SECRET"))}
	if err := run(ctx, cfg, flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "flanks-sync: %v (%s)\n", err, credentials.Advice(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, cfg call.Config, tokens []string) error {
	name, err := links.NewQuick(cfg).Name(ctx, "onboarding")
	if err != nil {
		return err
	}
	fmt.Println("link", name)
	if err := monitor.NewBehindFirewall(cfg).Sweep(ctx, []string{"onboarding"}); err != nil {
		return err
	}
	client, follow := accounts.New(cfg), credentials.New(cfg)
	for _, t := range tokens {
		if err := follow.Wait(ctx, t, 5*time.Second); err != nil {
			return err
		}
		total, err := client.Total(ctx, t)
		if err != nil {
			return err
		}
		fmt.Println(t, total)
	}
	return nil
}

// Command flanks-accounts prints the accounts of a credential.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"example.com/flanks/right/flanks"
)

func main() {
	base := flag.String("base", "", "base `url` of the API, if not the vendor's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	secret := strings.TrimSpace(os.Getenv("FLANKS_CLIENT_SECRET"))
	client := flanks.New(*base, os.Getenv("FLANKS_CLIENT_ID"), secret)
	for _, credentialsToken := range flag.Args() {
		accounts, err := client.Accounts(ctx, credentialsToken)
		if err != nil {
			fmt.Fprintf(os.Stderr, "flanks-accounts: %v (%s)\n", err, flanks.Advice(err))
			os.Exit(1)
		}
		for _, a := range accounts {
			if a.ID == nil || a.Balance == nil || a.Currency == nil {
				continue // the bank did not say
			}
			fmt.Println(*a.ID, *a.Balance, *a.Currency)
		}
	}
}

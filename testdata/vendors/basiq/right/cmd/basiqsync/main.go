// Command basiqsync refreshes a connection and prints the transactions of its user.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"example.com/basiq/right/basiq"
	"example.com/basiq/right/jobs"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: basiqsync user connection")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	key := strings.TrimSpace(os.Getenv("BASIQ_API_KEY"))
	if key == "" {
		return errors.New("BASIQ_API_KEY is not set")
	}
	client := basiq.New(key)
	job, _, err := client.Refresh(ctx, args[0], args[1])
	if err != nil {
		return err
	}
	if err := jobs.Wait(ctx, client, job, 3*time.Second, 5*time.Minute); err != nil {
		return err
	}
	transactions, err := client.Transactions(ctx, args[0])
	if err != nil {
		return err
	}
	for _, t := range transactions {
		fmt.Printf("%s\t%s\t%s\n", t.ID, t.Status, t.Amount)
	}
	return nil
}

// Command ixonsync prints the state of the agents that are named on its command line.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/ixon"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()

	settings := map[string]string{"IXON_EMAIL": "", "IXON_PASSWORD": "", "IXON_APPLICATION": "", "IXON_COMPANY": ""}
	for name := range settings {
		if settings[name] = strings.TrimSpace(os.Getenv(name)); settings[name] == "" {
			return fmt.Errorf("%s is not set", name)
		}
	}
	cred := auth.Credentials{Email: settings["IXON_EMAIL"], Password: settings["IXON_PASSWORD"]}
	client := ixon.New(settings["IXON_APPLICATION"], settings["IXON_COMPANY"], cred)
	for _, id := range os.Args[1:] {
		status, err := client.Status(ctx, id)
		if err != nil {
			return err
		}
		fmt.Printf("%s\t%s\n", id, status)
	}
	return nil
}

// Command ixonsync prints the fleet of a company.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"example.com/ixon/right/auth"
	"example.com/ixon/right/ixon"
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

	password, err := secret(os.Getenv("IXON_PASSWORD_FILE"))
	if err != nil {
		return err
	}
	settings := map[string]string{"IXON_EMAIL": "", "IXON_APPLICATION": "", "IXON_COMPANY": ""}
	for name := range settings {
		if settings[name] = strings.TrimSpace(os.Getenv(name)); settings[name] == "" {
			return fmt.Errorf("%s is not set", name)
		}
	}
	cred := auth.Credentials{Email: settings["IXON_EMAIL"], Password: password}
	client := ixon.New(settings["IXON_APPLICATION"], settings["IXON_COMPANY"], cred)
	agents, err := client.Agents(ctx)
	if err != nil {
		return err
	}
	for _, a := range agents {
		fmt.Printf("%s\t%s\t%s\n", a.PublicID, a.ActiveStatus, a.Name)
	}
	return nil
}

// secret is the content of a file without the newline that editors leave at its end.
func secret(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(raw))
	if text == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return text, nil
}

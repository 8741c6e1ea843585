// Command apivet finds pitfalls in Go code that talks to HTTP APIs.
//
// It runs by itself (apivet ./...) and as a vet tool
// (go vet -vettool=$(which apivet) ./...).
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/driver"
)

func main() {
	os.Exit(run(driver.Catalogue{Specs: analyzers.Specs(), Analyzers: analyzers.All()}))
}

// run answers cmd/go or the user, and returns the exit code.
func run(c driver.Catalogue) int {
	args := os.Args[1:]
	if driver.IsVet(args) {
		driver.Vet(args, c.Analyzers) // does not return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	return driver.Main(ctx, args, c, os.Stdout, os.Stderr)
}

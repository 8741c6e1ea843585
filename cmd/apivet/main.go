// Command apivet finds pitfalls in Go code that talks to HTTP APIs.
//
// It runs by itself (apivet ./...) and as a vet tool
// (go vet -vettool=$(which apivet) ./...).
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/driver"
)

func main() {
	args := os.Args[1:]
	if driver.IsVet(args) {
		driver.Vet(args, analyzers.All())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := driver.Main(ctx, args, driver.Catalogue{Specs: analyzers.Specs(), Analyzers: analyzers.All()}, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

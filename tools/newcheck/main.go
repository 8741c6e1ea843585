// Command newcheck starts a new check: its pass, its test, its fixture and its
// line in the catalogue. What it writes compiles; the tests fail, one after the
// other, until the check is there. docs/adding-a-check.md goes on from there.
package main

import (
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("newcheck: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: newcheck root-of-the-repository name (or: make new CHECK=name)")
	}
	if err := scaffold(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
	fmt.Printf(next, os.Args[2])
}

const next = `passes/%[1]s is there, and finds nothing yet. Next:

	testdata/src/%[1]s/%[1]s.go    write what is to be found, and look-alikes that are right
	passes/%[1]s/%[1]s.go          find it; replace every <…> of the Spec
	go test ./passes/%[1]s         fails until both agree
	make generate                  its page and the table in README.md
	go test ./tools/repotest       says what else a check needs

docs/adding-a-check.md has all steps.
`

// Command compact writes the compact form of the descriptions in
// internal/library; go generate runs it.
package main

import (
	"log"
	"os"

	"github.com/apivet/apivet/internal/library"
)

func main() {
	data, err := library.Compact()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("compact.txt", data, 0o666); err != nil {
		log.Fatal(err)
	}
}

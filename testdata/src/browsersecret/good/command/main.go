// A command that merely builds for js, too.
package main

import (
	"fmt"

	"browsersecret/keys"
)

func main() { fmt.Println(keys.Server()) }

package driver

import (
	"os"
	"runtime/debug"
)

// collectLess trades memory for time, unless the user has set GOGC: nearly
// all that is allocated stays in use until the end, so collecting it early
// finds little. Measured on 370 packages: a fifth less CPU, a fifth more memory.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

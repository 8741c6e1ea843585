package driver

import (
	"math"
	"os"
	"runtime"
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

// startCollecting is how much memory a run takes before it collects any: more
// than most need, and what small build machines have.
const startCollecting = 3 << 29

// collectLate is collectLess for a process that has the machine to itself:
// nothing is collected below the bound, and above it as collectLess does.
// Measured on 1,056 packages, a busy machine: 4.6 CPU seconds in place of 5.4,
// 1.27 GB in place of 0.95.
func collectLate(bound int64) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(bound)
	// The first collection, at the bound, finds this. Left as it is, the limit
	// would then make one collection follow the other.
	runtime.AddCleanup(new([64]byte), func(struct{}) {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(400)
	}, struct{}{})
}

package driver

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// After the first collection others come as they should.
func TestCollectLate(t *testing.T) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		t.Skip("the environment says when to collect")
	}
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	collectLate(1 << 30)
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/gomemlimit:bytes"}}
	metrics.Read(sample)
	if got := sample[1].Value.Uint64(); got != 1<<30 {
		t.Errorf("the limit is %d", got)
	}
	for range 100 {
		runtime.GC()
		metrics.Read(sample)
		if sample[0].Value.Uint64() == 400 && sample[1].Value.Uint64() > 1<<40 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("GOGC is %d, the limit %d", sample[0].Value.Uint64(), sample[1].Value.Uint64())
}

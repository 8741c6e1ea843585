package responsetime

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"time"

	"responsetime/limits"
)

type histogram struct{ sum float64 }

func (h *histogram) Observe(v float64) { h.sum += v }

type client struct {
	http    *http.Client
	calls   histogram
	latency time.Duration
	started time.Duration
}

func (c *client) logged() error {
	start := time.Now()
	resp, err := c.http.Get(limits.Endpoint)
	if err != nil {
		return err
	}
	log.Printf("took %s", time.Since(start)) // want `this time is the network's and Aelix's in one: X-Response-Time of the answer tells Aelix's part and is never read; record both`
	return resp.Body.Close()
}

func (c *client) attribute(ctx context.Context) error {
	start := time.Now()
	resp, err := c.http.Get(limits.Endpoint)
	elapsed := time.Since(start) // want `this time is`
	if err != nil {
		return err
	}
	slog.LogAttrs(ctx, slog.LevelInfo, "answered", slog.Duration("took", elapsed))
	return resp.Body.Close()
}

func (c *client) observed() error {
	start := time.Now()
	defer func() { c.calls.Observe(time.Since(start).Seconds()) }() // want `this time is`
	resp, err := c.http.Get(limits.Endpoint)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c *client) compared() error {
	start := time.Now()
	resp, err := c.http.Get(limits.Endpoint)
	if err != nil {
		return err
	}
	if time.Since(start) > limits.Slow { // want `this time is`
		log.Print("slow")
	}
	return resp.Body.Close()
}

func (c *client) kept() error {
	start := time.Now()
	resp, err := c.http.Get(limits.Endpoint)
	if err != nil {
		return err
	}
	c.latency = time.Since(start) // want `this time is`
	return resp.Body.Close()
}

func (c *client) subtracted() error {
	start := time.Now()
	resp, err := c.http.Get(limits.Endpoint)
	end := time.Now()
	if err != nil {
		return err
	}
	log.Print("took ", end.Sub(start).Milliseconds()) // want `this time is`
	return resp.Body.Close()
}

func (c *client) get() error {
	resp, err := c.http.Get(limits.Endpoint)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// wrapped is measured around the package's own function.
func (c *client) wrapped() error {
	start := time.Now()
	err := c.get()
	log.Printf("%v after %v", err, time.Since(start)) // want `this time is`
	return err
}

// each of them is measured by itself.
func (c *client) several(n int) error {
	for i := range n {
		start := time.Now()
		if err := c.get(); err != nil {
			return err
		}
		recordLatency(i, time.Since(start)) // want `this time is`
	}
	return nil
}

func recordLatency(i int, d time.Duration) { _ = fmt.Sprint(i, d) }

// slow says in its error how long it took.
func (c *client) slow() error {
	start := time.Now()
	if err := c.get(); err != nil {
		return fmt.Errorf("after %v: %w", time.Since(start), err) // want `this time is`
	}
	return nil
}

// What follows is right.

// waits until its turn.
func (c *client) paced() error {
	start := time.Now()
	if err := c.get(); err != nil {
		return err
	}
	time.Sleep(time.Second - time.Since(start))
	return nil
}

// The whole of a batch is no latency.
func (c *client) batch(n int) error {
	start := time.Now()
	for range n {
		if err := c.get(); err != nil {
			return err
		}
	}
	log.Printf("%d calls in %s", n, time.Since(start))
	return nil
}

// Nor is that of a poll that has an end.
func (c *client) poll() error {
	start := time.Now()
	for time.Since(start) < time.Minute {
		if err := c.get(); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return nil
}

// Two calls are told of in one.
func (c *client) twice() error {
	start := time.Now()
	if err := c.get(); err != nil {
		return err
	}
	if err := c.get(); err != nil {
		return err
	}
	log.Print(time.Since(start))
	return nil
}

// The caller may do anything with it.
func (c *client) offset() (time.Duration, error) {
	start := time.Now()
	if err := c.get(); err != nil {
		return 0, err
	}
	return time.Since(start), nil
}

// Nothing is sent in between.
func (c *client) computed(values []int) (sum int) {
	start := time.Now()
	for _, v := range values {
		sum += v
	}
	log.Print(time.Since(start))
	if err := c.get(); err != nil {
		return 0
	}
	return sum
}

// Only the decoding is measured.
func (c *client) after() error {
	if err := c.get(); err != nil {
		return err
	}
	start := time.Now()
	_ = fmt.Sprint(c.calls)
	log.Print(time.Since(start))
	return nil
}

// The time since some start is nobody's latency.
func (c *client) uptime(started time.Time) error {
	if err := c.get(); err != nil {
		return err
	}
	log.Print("up ", time.Since(started))
	c.started = time.Since(started)
	return nil
}

// It is measured for nobody.
func (c *client) dropped() error {
	start := time.Now()
	err := c.get()
	_ = time.Since(start)
	return err
}

// Package pause keeps away from an API that answers 429 for a time of its own.
package pause

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

type client struct {
	http *http.Client
	mu   sync.Mutex
	hit  time.Time
	seen time.Time
	now  func() time.Time
}

type statusError struct{ code int }

func (e *statusError) Error() string { return http.StatusText(e.code) }

func hasCode(err error, codes ...int) bool {
	var e *statusError
	return errors.As(err, &e) && slices.Contains(codes, e.code)
}

func (c *client) resting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now().Before(c.hit.Add(10 * time.Second))
}

func (c *client) rest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hit = c.now()
}

func (c *client) window(req *http.Request) ([]byte, error) {
	if c.resting() {
		return nil, errors.New("resting")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		err := &statusError{resp.StatusCode}
		if hasCode(err, http.StatusTooManyRequests) { // want `after a 429 requests are held back for a time of the program's own`
			c.rest()
		}
		return nil, err
	}
	return io.ReadAll(resp.Body)
}

func (c *client) pause(req *http.Request) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusTooManyRequests: // want `after a 429 requests are held back for a time of the program's own`
		time.Sleep(30 * time.Second)
		return errors.New("slow down")
	case http.StatusOK:
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	return errors.New(resp.Status)
}

// When it was last refused is for people to read.
func (c *client) noted(req *http.Request) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests {
		c.seen = time.Now()
		return errors.New("slow down")
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// The wait is for every failure but this one.
func (c *client) other(req *http.Request) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests {
		return errors.New("slow down")
	}
	if resp.StatusCode >= 500 {
		time.Sleep(time.Second)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func (c *client) lastSeen() string { return c.seen.String() }

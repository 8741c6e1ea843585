// Package told waits as long as an API's answer says, which another function
// reads.
package told

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

type client struct {
	http *http.Client
	hit  time.Time
	span time.Duration
}

func (c *client) get(req *http.Request) ([]byte, error) {
	if time.Now().Before(c.hit.Add(c.span)) {
		return nil, errors.New("resting")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	c.span = asked(resp.Header)
	if resp.StatusCode == http.StatusTooManyRequests {
		c.hit = time.Now()
		return nil, errors.New("slow down")
	}
	return io.ReadAll(resp.Body)
}

func asked(h http.Header) time.Duration {
	n, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil {
		return time.Minute
	}
	return time.Duration(n) * time.Second
}

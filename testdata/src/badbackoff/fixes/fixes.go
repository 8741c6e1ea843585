package fixes

import (
	"context"
	"net/http"
	"time"
)

func list(ctx context.Context, c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
		if err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if err == nil && resp.StatusCode < 500 || attempt == 4 {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		time.Sleep(time.Duration(attempt) * time.Second) // want `ignores the context at hand`
	}
}

type transport struct{ next http.RoundTripper }

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := t.next.RoundTrip(req)
		if err == nil || attempt == 4 {
			return resp, err
		}
		time.Sleep(time.Second) // want `ignores the context at hand`
	}
}

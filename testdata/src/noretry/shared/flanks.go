package shared

import (
	"context"
	"io"
	"net/http"
)

// Config says where the API is.
type Config struct{ URL string }

// Base returns the vendor's address unless there is another.
func (c Config) Base() string {
	if c.URL == "" {
		return "https://api.flanks.io"
	}
	return c.URL
}

// Request makes a request.
func Request(ctx context.Context, method, url string, body io.Reader) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, method, url, body)
}

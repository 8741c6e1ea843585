package transport

import "net/http"

// BaseOption changes the transport that Base makes.
type BaseOption func(*http.Transport)

// WithoutKeepAlive was the answer to a load balancer of long ago. Every call of a sweep now shakes hands anew.
func WithoutKeepAlive() BaseOption {
	return func(t *http.Transport) {
		t.DisableKeepAlives = true // want: keepalive
	}
}

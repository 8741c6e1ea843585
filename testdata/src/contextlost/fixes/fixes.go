// Package fixes has what the check mends.
package fixes

import (
	"context"
	"io"
	"net/http"
)

func lost(ctx context.Context, hc *http.Client) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil) // want `made without ctx`
	if err != nil {
		return err
	}
	return send(hc, req)
}

// shadowed has another ctx in between: what is meant is not sure.
func shadowed(ctx context.Context, hc *http.Client) error {
	for _, ctx := range []string{"a", "b"} {
		req, err := http.NewRequest("GET", "https://api.example.com/"+ctx, nil) // want `made without ctx`
		if err != nil {
			return err
		}
		if err := send(hc, req); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func send(hc *http.Client, req *http.Request) error {
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

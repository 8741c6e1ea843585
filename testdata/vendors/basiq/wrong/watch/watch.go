// Package watch looks every few minutes whether the users in the books still exist.
package watch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/rest"
	"example.com/basiq/wrong/transport"
)

// Watch looks for users.
type Watch struct {
	base string
	hc   *http.Client
}

// New watches with the tokens of source through rt.
func New(base string, source *auth.Source, rt http.RoundTripper) *Watch {
	return &Watch{
		base: base,
		hc: &http.Client{
			Timeout:   30 * time.Second,
			Transport: &auth.Transport{Base: transport.NewRetry(rt), Source: source},
		},
	}
}

// NewBehindBalancer watches with a connection a call.
func NewBehindBalancer(base string, source *auth.Source) *Watch {
	return New(base, source, transport.Base(transport.WithoutKeepAlive()))
}

// Missing is those of the users that are gone. It closes each answer unread, and with it the connection.
//
// "In general, codes in the 2xx range indicate success." The body is there all the same.
func (w *Watch) Missing(ctx context.Context, users []string) ([]string, error) {
	var gone []string
	for _, id := range users {
		resp, err := rest.Send(ctx, w.hc, http.MethodGet, w.base+"/users/"+url.PathEscape(id), nil)
		if err != nil {
			return nil, fmt.Errorf("watch: %w", err)
		}
		err = basiqerr.Check(resp)
		_ = resp.Body.Close() // want: keepalive
		var answer *basiqerr.Error
		switch {
		case errors.As(err, &answer) && answer.Status == http.StatusNotFound:
			gone = append(gone, id)
		case err != nil:
			return nil, fmt.Errorf("watch: %w", err)
		}
	}
	return gone, nil
}

// Present is whether a user is there. The answer is read before it is closed.
func (w *Watch) Present(ctx context.Context, id string) (bool, error) {
	resp, err := rest.Send(ctx, w.hc, http.MethodGet, w.base+"/users/"+url.PathEscape(id), nil)
	if err != nil {
		return false, fmt.Errorf("present: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode == http.StatusNotFound {
		return false, nil
	}
	if err := basiqerr.Check(resp); err != nil {
		return false, fmt.Errorf("present: %w", err)
	}
	return true, nil
}

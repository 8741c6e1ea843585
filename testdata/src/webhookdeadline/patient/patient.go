// Package patient has clients that handlers of other packages call.
package patient

import (
	"context"
	"net/http"
	"time"
)

// New returns a client that waits for half a minute.
func New(rt http.RoundTripper) *http.Client {
	base := &http.Client{Timeout: 30 * time.Second}
	return &http.Client{Timeout: base.Timeout, Transport: rt}
}

// Hasty returns a client that waits for two seconds.
func Hasty(rt http.RoundTripper) *http.Client {
	hc := New(rt)
	hc.Timeout = 2 * time.Second
	return hc
}

// Given returns a client whose timeout is the caller's.
func Given(d time.Duration) *http.Client { return &http.Client{Timeout: d} }

type Books struct{ hc *http.Client }

func NewBooks() *Books { return &Books{hc: New(http.DefaultTransport)} }

// Apply goes through helpers that make and send the request.
func (b *Books) Apply(ctx context.Context, id string) error {
	return send(ctx, b.hc, "https://api.example.com/"+id)
}

// Quick has a deadline of its own.
func (b *Books) Quick(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return b.Apply(ctx, id)
}

func send(ctx context.Context, hc *http.Client, url string) error {
	req, err := request(ctx, url)
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func request(ctx context.Context, url string) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
}

// Fetch sends through the caller's client.
func Fetch(ctx context.Context, hc *http.Client, url string) error { return send(ctx, hc, url) }

type limited struct{ base http.RoundTripper }

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	return l.base.RoundTrip(r.WithContext(ctx))
}

// Limited has a client whose transport has a limit of its own.
type Limited struct{ hc *http.Client }

func NewLimited() *Limited {
	return &Limited{hc: &http.Client{Timeout: time.Minute, Transport: limited{http.DefaultTransport}}}
}

func (l *Limited) Apply(ctx context.Context, id string) error { return send(ctx, l.hc, id) }

// Retimed has a client whose timeout is set later.
type Retimed struct{ hc *http.Client }

func NewRetimed() *Retimed {
	r := &Retimed{hc: &http.Client{}}
	r.hc.Timeout = time.Second
	return r
}

func (r *Retimed) Apply(ctx context.Context, id string) error { return send(ctx, r.hc, id) }

// Local works on what is in memory.
type Local struct{}

func (Local) Apply(ctx context.Context, id string) error { return ctx.Err() }

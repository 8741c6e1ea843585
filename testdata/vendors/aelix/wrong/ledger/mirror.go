package ledger

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Mirror reads accounts through the shared sender.
type Mirror struct{ sender *httpx.Sender }

// NewMirror returns a Mirror.
func NewMirror(base, key string) *Mirror { return &Mirror{sender: httpx.NewSender(base, key)} }

// Status cannot know that the sender has lost its retries.
func (m *Mirror) Status(ctx context.Context, id string) (string, error) {
	resp, err := m.sender.Get(ctx, "/v1/accounts/"+url.PathEscape(id))
	if err != nil {
		return "", err
	}
	return status(resp)
}

// Archive reads accounts with a client that retries, until an option takes it away.
type Archive struct {
	base string
	key  string
	hc   *http.Client
}

// ArchiveOption changes an Archive as it is made.
type ArchiveOption func(*Archive)

// WithTimeout bounds each call. The client that it puts in has a timeout, and nothing else.
func WithTimeout(d time.Duration) ArchiveOption {
	return func(a *Archive) { a.hc = &http.Client{Timeout: d} }
}

// NewArchive returns an Archive.
func NewArchive(base, key string, opts ...ArchiveOption) *Archive {
	a := &Archive{base: base, key: key, hc: httpx.NewRetrying(nil)}
	for _, opt := range opts {
		opt(a)
	}
	return a
}

// NewNightly returns the Archive of the nightly run, which wants a tighter bound.
func NewNightly(base, key string) *Archive { return NewArchive(base, key, WithTimeout(5*time.Second)) }

// Status is sent by whichever client the options left.
func (a *Archive) Status(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+a.key)
	resp, err := a.hc.Do(req) // want: noretry
	if err != nil {
		return "", err
	}
	return status(resp)
}

// status owns the answer: it checks, reads and closes it.
func status(resp *http.Response) (string, error) {
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	err := json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Status, err
}

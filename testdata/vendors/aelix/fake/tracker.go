package fake

import (
	"io"
	"net/http"
	"sync"
)

// Tracker is a transport that counts the response bodies that nobody closed.
type Tracker struct {
	Base http.RoundTripper

	mu   sync.Mutex
	open int
	peak int
}

// RoundTrip passes the request on and watches the body of its answer.
func (t *Tracker) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.Base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	t.add(1)
	var once sync.Once
	resp.Body = &watched{ReadCloser: resp.Body, closed: func() { once.Do(func() { t.add(-1) }) }}
	return resp, nil
}

// Open is the number of bodies not closed so far.
func (t *Tracker) Open() int { t.mu.Lock(); defer t.mu.Unlock(); return t.open }

// Peak is the largest number of bodies that were open together.
func (t *Tracker) Peak() int { t.mu.Lock(); defer t.mu.Unlock(); return t.peak }

func (t *Tracker) add(n int) {
	t.mu.Lock()
	t.open += n
	t.peak = max(t.peak, t.open)
	t.mu.Unlock()
}

type watched struct {
	io.ReadCloser
	closed func()
}

func (w *watched) Close() error {
	w.closed()
	return w.ReadCloser.Close()
}

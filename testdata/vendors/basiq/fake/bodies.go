package fake

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// Bodies is a RoundTripper that counts the response bodies that were handed out and never closed.
type Bodies struct {
	Base http.RoundTripper
	open atomic.Int64
}

// Open is the number of bodies still open.
func (b *Bodies) Open() int { return int(b.open.Load()) }

// RoundTrip sends the request through Base.
func (b *Bodies) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.Base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	b.open.Add(1)
	resp.Body = &body{ReadCloser: resp.Body, closed: sync.OnceFunc(func() { b.open.Add(-1) })}
	return resp, nil
}

type body struct {
	io.ReadCloser
	closed func()
}

func (b *body) Close() error {
	b.closed()
	return b.ReadCloser.Close()
}

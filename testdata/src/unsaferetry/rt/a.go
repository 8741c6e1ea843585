// Package rt has a transport that repeats, and sends through it.
package rt

import (
	"bytes"
	"errors"
	"net/http"
	"time"
)

type repeating struct{ next http.RoundTripper }

func (t *repeating) RoundTrip(req *http.Request) (*http.Response, error) {
	for n := 1; ; n++ {
		attempt := req.Clone(req.Context())
		if req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			attempt.Body = body
		}
		resp, err := t.next.RoundTrip(attempt) // want `every request is sent again here after a network error, POST too`
		if err == nil || n == 3 {
			return resp, err
		}
		time.Sleep(time.Second * time.Duration(n))
	}
}

type plans struct{ hc *http.Client }

func newPlans() *plans {
	return &plans{hc: &http.Client{Timeout: time.Minute, Transport: &repeating{next: http.DefaultTransport}}}
}

func (p *plans) Subscribe(doc []byte) error {
	resp, err := p.hc.Post("https://api.example.com/subscriptions", "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

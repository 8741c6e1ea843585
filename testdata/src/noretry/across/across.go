// Package across gets its clients from another package.
package across

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"noretry/shared"
)

func decode(resp *http.Response, v any) error {
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

type retried struct{ hc *http.Client }

func newRetried() *retried { return &retried{hc: shared.NewRetrying(shared.Pool())} }

func (s *retried) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

type once struct{ hc *http.Client }

func newOnce() *once { return &once{hc: shared.NewOnce()} }

func (s *once) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com") // want `fails this call at once`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func variable(v any) error {
	resp, err := shared.Once.Get("https://api.example.com") // want `fails this call at once`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

type signed struct{ hc *http.Client }

func newSigned() *signed { return &signed{hc: shared.Signed()} }

func (s *signed) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// given hands the transport that repeats to a constructor.
type given struct{ hc *http.Client }

func newGiven() *given { return &given{hc: shared.NewOver(shared.Again{Next: http.DefaultTransport})} }

func (s *given) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// bare hands one over that does not.
type bare struct{ hc *http.Client }

func newBare() *bare { return &bare{hc: shared.NewOver(shared.Headers{shared.Pool()})} }

func (s *bare) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com") // want `fails this call at once`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func replaced() *http.Client {
	hc := retryablehttp.NewClient().StandardClient()
	hc.Transport = &shared.Signer{Base: shared.Headers{shared.Pool()}} // want `takes its retries away`
	return hc
}

func replacedByOne() *http.Client {
	hc := retryablehttp.NewClient().StandardClient()
	hc.Transport = &shared.Signer{Base: shared.Again{Next: shared.Pool()}}
	return hc
}

func defeated() *http.Client {
	hc := shared.NewRetrying(nil)
	hc.Transport = &shared.Signer{Base: http.DefaultTransport} // want `takes its retries away`
	return hc
}

// archive is given a client that repeats, which an option takes away.
type archive struct{ hc *http.Client }

type option func(*archive)

func withTimeout(d time.Duration) option {
	return func(a *archive) { a.hc = &http.Client{Timeout: d} }
}

func newArchive(opts ...option) *archive {
	a := &archive{hc: shared.NewRetrying(nil)}
	for _, opt := range opts {
		opt(a)
	}
	return a
}

func newNightly() *archive { return newArchive(withTimeout(time.Second)) }

func (s *archive) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com") // want `does not retry, the others do`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// Store has such an option for its users: it is theirs to choose.
type Store struct{ hc *http.Client }

type Option func(*Store)

func WithTimeout(d time.Duration) Option {
	return func(s *Store) { s.hc = &http.Client{Timeout: d} }
}

func NewStore(opts ...Option) *Store {
	s := &Store{hc: shared.NewRetrying(nil)}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

func (s *Store) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

package noretry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

func decode(resp *http.Response, v any) error {
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		b, _ := io.ReadAll(resp.Body)
		return errors.New(string(b))
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

var plain = &http.Client{Timeout: time.Second}

func fetch(v any) error {
	resp, err := plain.Get("https://api.example.com") // want `fails this call at once`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

type service struct{ hc *http.Client }

func newService() *service { return &service{hc: http.DefaultClient} }

func (s *service) load(ctx context.Context, v any) error {
	req, err := http.NewRequestWithContext(ctx, "GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := s.hc.Do(req) // want `fails this call at once`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func (s *service) create(ctx context.Context, body io.Reader, v any) error {
	req, err := http.NewRequestWithContext(ctx, "POST", "https://api.example.com", body)
	if err != nil {
		return err
	}
	resp, err := s.hc.Do(req)
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// given is built by somebody else.
type given struct{ hc *http.Client }

func newGiven(hc *http.Client) *given { return &given{hc: hc} }

func (s *given) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

type retried struct{ hc *http.Client }

func newRetried() *retried { return &retried{hc: retryablehttp.NewClient().StandardClient()} }

func (s *retried) load(v any) error {
	resp, err := s.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func defeated() *http.Client {
	c := retryablehttp.NewClient().StandardClient()
	c.Transport = &logging{http.DefaultTransport} // want `takes its retries away`
	return c
}

func wrapped() *http.Client {
	c := retryablehttp.NewClient().StandardClient()
	c.Transport = &logging{c.Transport}
	return c
}

type logging struct{ next http.RoundTripper }

func (l *logging) RoundTrip(r *http.Request) (*http.Response, error) { return l.next.RoundTrip(r) }

type again struct{ next http.RoundTripper }

func (a *again) RoundTrip(r *http.Request) (*http.Response, error) {
	for i := 0; ; i++ {
		resp, err := a.next.RoundTrip(r)
		if err == nil && resp.StatusCode < 500 || i == 3 {
			return resp, err
		}
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		time.Sleep(time.Second)
	}
}

var own = &http.Client{Transport: &logging{&again{http.DefaultTransport}}}

func viaOwn(v any) error {
	resp, err := own.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

type inner struct{ rc *retryablehttp.Client }

func newInner() *inner { return &inner{rc: retryablehttp.NewClient()} }

func (s *inner) load(v any) error {
	resp, err := s.rc.HTTPClient.Get("https://api.example.com") // want `goes round the retrying client`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

type sibling struct{ hc *http.Client }

func newSibling() *sibling { return &sibling{hc: &http.Client{Timeout: time.Second}} }

func (s *sibling) list(v any) error {
	for i := 0; i < 3; i++ {
		resp, err := s.hc.Get("https://api.example.com/list")
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		return decode(resp, v)
	}
	return errors.New("gave up")
}

func (s *sibling) one(v any) error {
	resp, err := s.hc.Get("https://api.example.com/one") // want `although a request beside it is retried`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func inLoop(v any) error {
	for i := 0; i < 3; i++ {
		if err := attempt(v); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return errors.New("gave up")
}

func attempt(v any) error {
	resp, err := plain.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func viaCallback(do func(func() error) error, v any) error {
	return do(func() error {
		resp, err := plain.Get("https://api.example.com")
		if err != nil {
			return err
		}
		return decode(resp, v)
	})
}

func healthy() error {
	resp, err := plain.Get("https://api.example.com/health")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func measured(v any) (time.Duration, error) {
	start := time.Now()
	resp, err := plain.Get("https://api.example.com")
	if err != nil {
		return 0, err
	}
	return time.Since(start), decode(resp, v)
}

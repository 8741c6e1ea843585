package clientperrequest

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
)

func drain(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

type Service struct {
	conf   *tls.Config
	shared http.RoundTripper
	hc     *http.Client
	rc     *resty.Client
	byHost map[string]*http.Client
	once   sync.Once
}

func (s *Service) Literal() error {
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: s.conf}} // want `this pool of connections is made for each call`
	return drain(hc.Get("https://api.example.com"))
}

func (s *Service) Clone() error {
	t := http.DefaultTransport.(*http.Transport).Clone() // want `this pool of connections is made for each call`
	t.TLSClientConfig = s.conf
	hc := http.Client{Transport: &logging{next: t}}
	return drain(hc.Get("https://api.example.com"))
}

func (s *Service) Asserted() error {
	var rt http.RoundTripper
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		rt = t.Clone() // want `this pool of connections is made for each call`
	} else {
		rt = http.DefaultTransport
	}
	hc := &http.Client{Timeout: time.Minute, Transport: rt}
	return drain(hc.Get("https://api.example.com"))
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var h http.Handler = http.NotFoundHandler()
	if r.URL.Path != "/" {
		h = &httputil.ReverseProxy{
			Transport: &http.Transport{TLSClientConfig: s.conf}, // want `this pool of connections is made for each call`
			Director:  func(*http.Request) {},
		}
	}
	h.ServeHTTP(w, r)
}

type again struct{ conf *tls.Config }

func (a again) RoundTrip(r *http.Request) (*http.Response, error) {
	hc := http.Client{Transport: &http.Transport{TLSClientConfig: a.conf}} // want `this pool of connections is made for each call`
	return hc.Do(r)
}

func (s *Service) Library(v any) error {
	_, err := resty.New().R().SetResult(v).Get("https://api.example.com") // want `this pool of connections is made for each call`
	return err
}

func (s *Service) ByHelper() error {
	t, err := makeTransport()
	if err != nil {
		return err
	}
	return drain((&http.Client{Transport: t}).Get("https://api.example.com"))
}

func makeTransport() (*http.Transport, error) {
	return &http.Transport{IdleConnTimeout: time.Minute}, nil // want `this pool of connections is made for each call`
}

func loop(urls []string) {
	for _, u := range urls {
		fetch(u)
	}
}

func fetch(u string) error {
	hc := &http.Client{Transport: &http.Transport{}} // want `this pool of connections is made for each call`
	return drain(hc.Get(u))
}

// No pool of its own.

func (s *Service) DefaultTransport() error {
	hc := &http.Client{Timeout: time.Minute}
	return drain(hc.Get("https://api.example.com"))
}

func (s *Service) Shared() error {
	hc := &http.Client{Transport: s.shared}
	return drain(hc.Get("https://api.example.com"))
}

var pool = &http.Transport{}

func (s *Service) Global() error {
	hc := &http.Client{Transport: &logging{next: pool}}
	return drain(hc.Get("https://api.example.com"))
}

type logging struct{ next http.RoundTripper }

func (l *logging) RoundTrip(r *http.Request) (*http.Response, error) { return l.next.RoundTrip(r) }

// Made once, or kept.

func NewService(conf *tls.Config) (*Service, error) {
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}
	if err := drain(hc.Get("https://api.example.com/ping")); err != nil {
		return nil, err
	}
	return &Service{hc: hc}, nil
}

func (s *Service) Lazy() error {
	s.once.Do(func() { s.hc = &http.Client{Transport: &http.Transport{TLSClientConfig: s.conf}} })
	return drain(s.hc.Get("https://api.example.com"))
}

func (s *Service) LazyByNil() error {
	if s.hc == nil {
		hc := &http.Client{Transport: &http.Transport{TLSClientConfig: s.conf}}
		s.hc = hc
	}
	return drain(s.hc.Get("https://api.example.com"))
}

func (s *Service) Cached(host string) error {
	hc := s.byHost[host]
	if hc == nil {
		hc = &http.Client{Transport: &http.Transport{TLSClientConfig: s.conf}}
		s.byHost[host] = hc
	}
	return drain(hc.Get("https://" + host))
}

func (s *Service) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: s.conf}}
}

func Connect(conf *tls.Config) error {
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}
	return drain(hc.Get("https://api.example.com/hello"))
}

func once() error {
	hc := &http.Client{Transport: &http.Transport{}}
	return drain(hc.Get("https://api.example.com"))
}

// Given back.

func (s *Service) Closed() error {
	t := &http.Transport{TLSClientConfig: s.conf}
	defer t.CloseIdleConnections()
	return drain((&http.Client{Transport: t}).Get("https://api.example.com"))
}

func (s *Service) NoKeepAlive() error {
	hc := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return drain(hc.Get("https://api.example.com"))
}

func (s *Service) Background(ctx context.Context) {
	hc := &http.Client{Transport: &http.Transport{}}
	go func() {
		for ctx.Err() == nil {
			drain(hc.Get("https://api.example.com"))
		}
	}()
}

func (s *Service) Remarked() error {
	// Ask the mirror directly.
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: s.conf}} // want `this pool of connections is made for each call`
	return drain(hc.Get("https://api.example.com"))
}

func (s *Service) Reasoned() error {
	// The certificate may have changed: a fresh connection for each call.
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: s.conf}}
	return drain(hc.Get("https://api.example.com"))
}

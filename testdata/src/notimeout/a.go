package notimeout

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

func decode(resp *http.Response, v any) error {
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func direct(v any) error {
	resp, err := http.Get("https://api.example.com") // want `sent through the default client, without a timeout`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func directAgain(v any) error {
	resp, err := http.PostForm("https://api.example.com", url.Values{}) // one finding a package
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// endless has no timeout, and its requests have no deadline.
type endless struct{ hc *http.Client }

// newEndless has a comment that is no reason.
func newEndless() *endless { return &endless{hc: &http.Client{}} } // want `this client has no timeout`

func (e *endless) load(v any) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := e.hc.Do(req)
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// byValue is a client, not a pointer to one.
type byValue struct{ hc http.Client }

func newByValue() *byValue { return &byValue{} }

func (b *byValue) load(v any) error {
	resp, err := b.hc.Get("https://api.example.com") // want `this client has no timeout`
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// background is how SDKs lose the deadline: a method without a context.
type background struct{ hc *http.Client }

func newBackground() *background { return newCustom(http.DefaultClient) } // want `the default client has no timeout`

func newCustom(hc *http.Client) *background { return &background{hc: hc} }

func (b *background) Load(v any) error { return b.LoadContext(context.Background(), v) }

func (b *background) LoadContext(ctx context.Context, v any) error {
	req, err := http.NewRequestWithContext(ctx, "GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := b.hc.Do(req)
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// The client and the context are those of the same call.

func hook(v any) error { return hookCustom(context.Background(), http.DefaultClient, v) } // want `the default client has no timeout`

func hookContext(ctx context.Context, v any) error { return hookCustom(ctx, http.DefaultClient, v) }

func hookCustom(ctx context.Context, hc *http.Client, v any) error {
	req, err := http.NewRequestWithContext(ctx, "GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return decode(resp, v)
}

var own = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}} // want `this client has no timeout`

func viaOwn(v any) error {
	resp, err := own.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// reasoned has one.
type reasoned struct{ hc *http.Client }

func newReasoned() *reasoned {
	// The API answers when the job is done, which may take a day.
	return &reasoned{hc: &http.Client{}}
}

func (e *reasoned) load(v any) error {
	resp, err := e.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// Bounded in some way.

var timed = &http.Client{Timeout: time.Minute}

func viaTimed(v any) error {
	resp, err := timed.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

var byTransport = &http.Client{Transport: &http.Transport{ResponseHeaderTimeout: time.Minute}}

func viaTransport(v any) error {
	resp, err := byTransport.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

var dials = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err == nil {
		err = c.SetDeadline(time.Now().Add(time.Minute))
	}
	return c, err
}}}

func viaDial(v any) error {
	resp, err := dials.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// later is set in both branches, as configuration wants it.
type later struct{ hc *http.Client }

func newLater(d time.Duration) *later {
	hc := &http.Client{}
	if d > 0 {
		hc.Timeout = d
	} else {
		hc.Timeout = 5 * time.Second
	}
	return &later{hc: hc}
}

func (l *later) load(v any) error {
	resp, err := l.hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func deadline(v any) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func callersBound(ctx context.Context, v any) error {
	req, err := http.NewRequestWithContext(ctx, "GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return decode(resp, v)
}

func given(hc *http.Client, v any) error {
	resp, err := hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// wrapper bounds each request itself.
type wrapper struct{ next http.RoundTripper }

func (w *wrapper) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
	defer cancel()
	return w.next.RoundTrip(r.WithContext(ctx))
}

var wrapped = &http.Client{Transport: &wrapper{http.DefaultTransport}}

func viaWrapper(v any) error {
	resp, err := wrapped.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return decode(resp, v)
}

// Streams have no end that a timeout could know.

var streaming = &http.Client{}

func events(f func(string)) error {
	resp, err := streaming.Get("https://api.example.com/events")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		f(lines.Text())
	}
	return nil
}

func download(name string) error {
	resp, err := streaming.Get("https://api.example.com/file")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(f, resp.Body)
	return err
}

func open() (io.ReadCloser, error) {
	resp, err := streaming.Get("https://api.example.com/file")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// anything decodes an answer, or copies it where that is what the caller gave:
// its answers are those of an API, short and with an end.
type anything struct{ hc *http.Client }

func newAnything() *anything { return anyCustom(http.DefaultClient) } // want `the default client has no timeout`

func anyCustom(hc *http.Client) *anything { return &anything{hc: hc} }

func (a *anything) do(req *http.Request, into any) (*http.Response, error) {
	resp, err := a.hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	if w, ok := into.(io.Writer); ok {
		_, err = io.Copy(w, resp.Body)
	} else {
		err = json.NewDecoder(resp.Body).Decode(into)
	}
	return resp, err
}

func (a *anything) Get(into any) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	_, err = a.do(req, into)
	return err
}

// onlyCopied can have nothing but a writer.
type onlyCopied struct{ hc *http.Client }

func newOnlyCopied() *onlyCopied { return &onlyCopied{hc: &http.Client{}} }

func (a *onlyCopied) Get(into any) error {
	resp, err := a.hc.Get("https://api.example.com/archive")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	if w, ok := into.(io.Writer); ok {
		_, err = io.Copy(w, resp.Body)
	}
	return err
}

// again hands its client to itself.
func again(hc *http.Client, n int) {
	if n > 0 {
		again(hc, n-1)
	}
}

func start() { again(http.DefaultClient, 3) }

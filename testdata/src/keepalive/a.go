package keepalive

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

func disabled() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, // want `keep-alive is off`
	}}
}

func disabledLater() *http.Client {
	t := &http.Transport{}
	t.DisableKeepAlives = true // want `keep-alive is off`
	return &http.Client{Transport: t}
}

func explained() *http.Client {
	return &http.Client{Transport: &http.Transport{
		// The gateway answers on a stale connection after an idle minute.
		DisableKeepAlives: true,
	}}
}

func left() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: false}}
}

func closes(c *http.Client, v any) error {
	req, err := http.NewRequest("GET", "http://api.example.com", nil)
	if err != nil {
		return err
	}
	req.Close = true                      // want `field Close makes this request`
	req.Header.Set("Connection", "close") // want `Connection: close`
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func server(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close")
}

func idle() {
	c := &http.Client{Timeout: time.Second}
	defer c.CloseIdleConnections() // want `idle connections of the whole process`
}

func idleValue() {
	c := http.Client{Timeout: time.Second}
	defer c.CloseIdleConnections() // want `idle connections of the whole process`
}

func idleOwn(t *http.Transport) {
	c := &http.Client{Transport: t}
	defer c.CloseIdleConnections()
}

func zero() *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{}} // want `turn HTTP/2 off`
}

func zeroDial(d *net.Dialer) *http.Transport {
	return &http.Transport{DialContext: d.DialContext} // want `turn HTTP/2 off`
}

func unix() *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", "/run/x.sock")
	}}
}

func both() *http.Transport {
	t := &http.Transport{TLSClientConfig: &tls.Config{}}
	t.MaxIdleConnsPerHost = 10
	return t
}

func conns() *http.Transport {
	return &http.Transport{MaxConnsPerHost: 50} // want `with MaxConnsPerHost and no`
}

func unread(c *http.Client, body io.Reader) error {
	resp, err := c.Post("http://api.example.com", "text/plain", body) // want `good answer is closed unread`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		return errors.New(resp.Status)
	}
	return nil
}

func drained(c *http.Client, body io.Reader) error {
	resp, err := c.Post("http://api.example.com", "text/plain", body)
	if err != nil {
		return err
	}
	defer func() {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}()
	if resp.StatusCode != 200 {
		return errors.New(resp.Status)
	}
	return nil
}

func retried(c *http.Client, req *http.Request) (*http.Response, error) {
	for i := 0; i < 3; i++ {
		resp, err := c.Do(req) // want `failed attempt is closed unread`
		if err != nil {
			return nil, err
		}
		if resp.StatusCode < 500 {
			return resp, nil
		}
		resp.Body.Close()
		time.Sleep(time.Second)
	}
	return nil, errors.New("gave up")
}

type digest struct{ next http.RoundTripper }

func (d *digest) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := d.next.RoundTrip(req) // want `closed unread before the next request`
	if err != nil || resp.StatusCode != 401 {
		return resp, err
	}
	resp.Body.Close()
	again := req.Clone(req.Context())
	again.Header.Set("Authorization", "x")
	return d.next.RoundTrip(again)
}

func perCall(d *net.Dialer) error {
	c := &http.Client{Transport: &http.Transport{DialContext: d.DialContext, MaxIdleConnsPerHost: 1}}
	resp, err := c.Get("http://api.example.com")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func refused(c *http.Client, v any) error {
	resp, err := c.Get("http://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 && resp.StatusCode != 206 {
		return nil
	}
	if resp.Header.Get("Content-Type") != "application/json" {
		return errors.New("not json")
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func conditional(cfg *tls.Config) *http.Transport {
	t := &http.Transport{}
	if cfg != nil {
		t.TLSClientConfig = cfg
	}
	return t
}

func broad() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxConnsPerHost = 64 // want `with MaxConnsPerHost and no`
	return t
}

// No TLS settings leave HTTP/2 on.
func maybe(pool *x509.CertPool) *http.Transport {
	return &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: rooted(pool)}
}

func rooted(pool *x509.CertPool) *tls.Config {
	if pool == nil {
		return nil
	}
	return &tls.Config{RootCAs: pool}
}

// Package secretleak has the fixtures of the check.
package secretleak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
)

type client struct {
	http  *http.Client
	base  string
	token string
	debug bool
	out   logger
}

type logger interface {
	Debugf(format string, args ...any)
}

func (c *client) authorize(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+c.token)
}

func (c *client) logsField() {
	log.Printf("start with %s", c.token)              // want `whoever reads the log has the credential: its text gets token, which is sent as Authorization; leave it out or mask it`
	slog.Info("start", "base", c.base, "t", c.token)  // want `its text gets token`
	slog.Info("start", slog.String("t", c.token))     // want `its text gets token`
	c.out.Debugf("start %s %s", c.base, c.token)      // want `its text gets token`
	fmt.Fprintf(os.Stderr, "token is %s\n", c.token)  // want `its text gets token`
	c.logf("start with %s", "Authorization "+c.token) // want `its text gets token`
}

// logf hands on what it gets.
func (c *client) logf(format string, args ...any) {
	if c.debug {
		log.Printf(format, args...)
	}
}

func (c *client) logsOtherThings() {
	log.Printf("start with a token of %d bytes at %s", len(c.token), c.base)
	log.Printf("is there a token: %t", c.token != "")
	log.Printf("start with %s", mask(c.token))
	log.Printf("start with %s…", c.token[:4])
	log.Printf("the type is %T", c.token)
	fmt.Println(c.token) // what the program was asked for
}

func mask(s string) string {
	if len(s) < 8 {
		return s
	}
	return s[:2] + strings.Repeat("*", len(s)-2)
}

func (c *client) errorText() error {
	if !strings.HasPrefix(c.token, "k_") {
		return fmt.Errorf("bad token %q", c.token) // want `whoever reads the error has the credential: its text gets token`
	}
	if strings.Contains(c.token, " ") {
		return errors.New("the token has a space in it")
	}
	return nil
}

// A settings value is written as a whole.
type settings struct {
	Base   string
	APIKey string
}

func (s settings) do(hc *http.Client, req *http.Request) (*http.Response, error) {
	log.Printf("settings: %+v", s) // want `the struct is written with settings.APIKey, which is sent as X-Api-Key`
	log.Printf("base: %+v", s.Base)
	req.Header.Set("X-Api-Key", s.APIKey)
	return hc.Do(req)
}

// guarded says itself how it is written.
type guarded struct{ key string }

func (g guarded) String() string { return "guarded" }

func (g guarded) do(hc *http.Client, req *http.Request) (*http.Response, error) {
	log.Printf("with %v", g)
	req.Header.Set("X-Api-Key", g.key)
	return hc.Do(req)
}

// A parameter that is sent is a credential, one beside it is none.
func parameter(hc *http.Client, req *http.Request, user, password string) (*http.Response, error) {
	req.SetBasicAuth(user, password)
	log.Printf("sign in as %s", user)
	log.Printf("sign in with %s", password) // want `its text gets password`
	return hc.Do(req)
}

// byName is not always given a credential.
func byName(req *http.Request, name, value string) {
	log.Printf("set %s", value)
	req.Header.Set(name, value)
}

func byNames(req *http.Request, key string) {
	byName(req, "Accept", "text/html")
	byName(req, "Authorization", "Bearer "+key)
}

// environment reads two variables with one function.
func environment(req *http.Request) {
	base, key := variable("BASE"), variable("KEY")
	log.Printf("base %s", base)
	req.Header.Set("Authorization", "Bearer "+key)
	log.Printf("key %s", variable("KEY"))
}

func variable(name string) string { return os.Getenv(name) }

// A request is dumped as it is sent.
func (c *client) dumps(req *http.Request) (*http.Response, error) {
	c.authorize(req)
	if c.debug {
		dump, _ := httputil.DumpRequestOut(req, true) // want `the dump of the request holds Authorization; dump a clone with that header replaced`
		fmt.Printf("> %s\n", dump)
	}
	return c.http.Do(req)
}

func (c *client) dumpsClone(req *http.Request) (*http.Response, error) {
	c.authorize(req)
	shown := req.Clone(req.Context())
	shown.Header.Set("Authorization", "hidden")
	dump, _ := httputil.DumpRequestOut(shown, true)
	log.Printf("> %s", dump)
	return c.http.Do(req)
}

func (c *client) dumpsWithout(req *http.Request) (*http.Response, error) {
	shown := withoutKey(req)
	dump, _ := httputil.DumpRequestOut(shown, true)
	log.Printf("> %s", dump)
	return c.http.Do(req)
}

func withoutKey(req *http.Request) *http.Request {
	r := req.Clone(req.Context())
	r.Header.Del("Authorization")
	return r
}

func (c *client) dumpsReplaced(req *http.Request) (*http.Response, error) {
	dump, _ := httputil.DumpRequestOut(req, true)
	log.Printf("> %s", strings.ReplaceAll(string(dump), c.token, "***"))
	return c.http.Do(req)
}

// inbound writes what somebody else sent.
func inbound(w http.ResponseWriter, r *http.Request) {
	dump, _ := httputil.DumpRequest(r, true)
	log.Printf("< %s", dump)
	w.WriteHeader(http.StatusNoContent)
}

func (c *client) headers(req *http.Request) (*http.Response, error) {
	c.authorize(req)
	log.Println("headers", req.Header) // want `the request's headers hold Authorization`
	resp, err := c.http.Do(req)
	if err == nil {
		log.Println("headers", resp.Header)
	}
	return resp, err
}

// A bot has its token in the path of every URL.
type bot struct {
	http  *http.Client
	token string
}

func (b *bot) call(ctx context.Context, method string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("https://chat.example.com/bot%s/%s", b.token, method), nil)
	if err != nil {
		return err
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return fmt.Errorf("call: %w", err) // want `whoever reads the error has the credential: the client's error tells the whole URL, with token in it`
	}
	return resp.Body.Close()
}

func (b *bot) callQuietly(ctx context.Context, method string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://chat.example.com/bot"+b.token+"/"+method, nil)
	if err != nil {
		return err
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return fmt.Errorf("call: %w", withoutURL(err))
	}
	return resp.Body.Close()
}

func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

func (b *bot) callAndForget(ctx context.Context) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://chat.example.com/bot"+b.token+"/get", nil)
	if err != nil {
		return
	}
	resp, err := b.http.Do(req)
	if err != nil {
		log.Print("call failed")
		return
	}
	resp.Body.Close()
}

// A parameter of the query.
// Query does not look at the error.
func Query(hc *http.Client, key string) (string, error) {
	q := url.Values{}
	q.Set("api_key", key)
	resp, err := hc.Get("https://maps.example.com/v1?" + q.Encode()) // want `with api_key in it`
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

// Concatenated writes the URL by hand.
func Concatenated(hc *http.Client, key string) (string, error) {
	resp, err := hc.Get("https://maps.example.com/v1?api_key=" + key) // want `the client's error tells the whole URL, with api_key in it`
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func pages(hc *http.Client, pageToken string) error {
	resp, err := hc.Get("https://maps.example.com/v1?page_token=" + pageToken)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// The secret goes into the URL of a request that has a body.
func exchange(ctx context.Context, hc *http.Client, secret string) error {
	u := url.URL{Scheme: "https", Host: "id.example.com", Path: "/token"}
	q := u.Query()
	q.Set("client_secret", secret) // want `proxies and servers log the URL with client_secret in it, where OAuth 2.0 forbids it`
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), nil)
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return errors.New("no answer")
	}
	return resp.Body.Close()
}

func exchangeInBody(ctx context.Context, hc *http.Client, secret string) error {
	q := url.Values{}
	q.Set("client_secret", secret)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://id.example.com/token", strings.NewReader(q.Encode()))
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// keyed is sent after a scheme that its user chooses.
type keyed struct{ scheme, key string }

func (k *keyed) apply(req *http.Request) error {
	if k.scheme == "" {
		return fmt.Errorf("unknown scheme %q", k.scheme)
	}
	if req.URL.Scheme != "https" {
		return fmt.Errorf("not sent: %q", k.key) // want `whoever reads the error has the credential`
	}
	req.Header.Set("Authorization", k.scheme+" "+k.key)
	return nil
}

// Package keptfor keeps tokens beyond their life.
package keptfor

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A token is kept, its lifetime is decoded and never read.

type guarded struct {
	http  *http.Client
	token string
}

type guardedAnswer struct {
	Token    string `json:"access_token"`
	Lifetime int    `json:"expires_in"`
}

func (g *guarded) login() error {
	if g.token != "" { // want `calls fail once this token expires: it stays in token and its lifetime \(expires_in\) is never looked at`
		return nil
	}
	resp, err := g.http.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var a guardedAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		return err
	}
	g.token = a.Token
	return nil
}

func (g *guarded) Get(url string) (*http.Response, error) {
	if err := g.login(); err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", fmt.Sprintf("Bearer %s", g.token))
	return g.http.Do(req)
}

// The constructor fetches; the lifetime is kept where nobody reads it.

type Built struct {
	bearer  string
	expires time.Time
}

type builtAnswer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
}

func fetch(url string) (*builtAnswer, error) {
	resp, err := http.Post(url, "application/json", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	a := &builtAnswer{}
	if err := json.NewDecoder(resp.Body).Decode(a); err != nil {
		return nil, err
	}
	return a, nil
}

func NewBuilt(url string) (*Built, error) {
	a, err := fetch(url)
	if err != nil {
		return nil, err
	}
	return &Built{
		bearer:  "Bearer " + a.AccessToken, // want `stays in bearer and its lifetime \(expires_in\) is never looked at`
		expires: time.Now().Add(time.Duration(a.ExpiresIn) * time.Second),
	}, nil
}

func (b *Built) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", b.bearer)
	return http.DefaultClient.Do(req)
}

// A lifetime that is only logged.

type logged struct{ token string }

type loggedAnswer struct {
	Token   string `json:"token"`
	ExpTime int64  `json:"exp_time"`
}

var once sync.Once
var shared logged

func (l *logged) start() {
	once.Do(func() {
		resp, err := http.Get("https://api.example.com/session")
		if err != nil {
			return
		}
		defer resp.Body.Close()
		var a loggedAnswer
		if json.NewDecoder(resp.Body).Decode(&a) != nil {
			return
		}
		log.Printf("token until %d", a.ExpTime)
		l.token = a.Token // want `stays in token and its lifetime \(exp_time\) is never looked at`
	})
}

func Send(req *http.Request) (*http.Response, error) {
	shared.start()
	req.Header.Set("X-Auth-Token", shared.token)
	return http.DefaultClient.Do(req)
}

// No lifetime in the answer's type, but a grant whose tokens expire; the whole
// answer is kept.

type whole struct {
	answer *wholeAnswer
}

type wholeAnswer struct {
	AccessToken string `json:"access_token"`
	Scope       string `json:"scope"`
}

func (w *whole) ensure() error {
	if w.answer == nil { // want `stays in answer and its lifetime \(expires_in\) is not decoded`
		resp, err := http.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		a := new(wholeAnswer)
		if err := json.NewDecoder(resp.Body).Decode(a); err != nil {
			return err
		}
		w.answer = a
	}
	return nil
}

func (w *whole) Do(req *http.Request) (*http.Response, error) {
	if err := w.ensure(); err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+w.answer.AccessToken)
	return http.DefaultClient.Do(req)
}

// A package variable, and a wrapper that decodes.

var cached string

type cachedAnswer struct {
	IDToken string `json:"id_token"`
	TTL     int    `json:"ttl"`
}

func call(req *http.Request, out any) error {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(out)
}

func current() (string, error) {
	if len(cached) > 0 { // want `stays in cached and its lifetime \(ttl\) is never looked at`
		return cached, nil
	}
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/login", nil)
	if err != nil {
		return "", err
	}
	var a cachedAnswer
	if err := call(req, &a); err != nil {
		return "", err
	}
	cached = a.IDToken
	return cached, nil
}

func WithCached(req *http.Request) error {
	tok, err := current()
	if err != nil {
		return err
	}
	req.Header.Add("Authorization", "Bearer "+tok)
	return call(req, nil)
}

// The lifetime's name is misspelt.

type Misspelt struct {
	TokenType   string `json:"token_type"`
	ExpireIn    int    `json:"expire_in"` // want `the token's lifetime always decodes to zero: the answer has expires_in, the tag says expire_in`
	AccessToken string `json:"access_token"`
}

func fetchMisspelt(req *http.Request) (string, error) {
	var m *Misspelt
	if err := call(req, &m); err != nil {
		return "", err
	}
	return m.AccessToken, nil
}

// The answer is decoded where it is kept; the token goes into the URL.

type direct struct {
	auth struct{}
	tok  directToken
}

type directToken struct {
	ID      string    `json:"id"`
	Expires time.Time `json:"expires"`
}

func (d *direct) init() error {
	if d.tok.ID != "" { // want `it stays in tok and its lifetime \(expires\) is never looked at`
		return nil
	}
	resp, err := http.Get("https://api.example.com/gettoken")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(&d.tok)
}

func (d *direct) List() (*http.Response, error) {
	if err := d.init(); err != nil {
		return nil, err
	}
	return http.Get("https://api.example.com/list?access_token=" + d.tok.ID)
}

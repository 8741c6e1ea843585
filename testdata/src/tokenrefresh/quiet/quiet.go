// Package quiet keeps tokens in ways that are right, or that cannot be proven wrong.
package quiet

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

type answer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

func fetch() (*answer, error) {
	resp, err := http.Post("https://api.example.com/token", "application/x-www-form-urlencoded", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	a := &answer{}
	return a, json.NewDecoder(resp.Body).Decode(a)
}

// Refreshed on 401 only.

type on401 struct{ token string }

func (c *on401) login() error {
	a, err := fetch()
	if err != nil {
		return err
	}
	c.token = a.AccessToken
	return nil
}

func (c *on401) Do(url string) (*http.Response, error) {
	if c.token == "" {
		if err := c.login(); err != nil {
			return nil, err
		}
	}
	resp, err := c.send(url)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	resp.Body.Close()
	if err := c.login(); err != nil {
		return nil, err
	}
	return c.send(url)
}

func (c *on401) send(url string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	return http.DefaultClient.Do(req)
}

// Dropped on 401, so that the next call fetches one.

type dropped struct{ token string }

func (c *dropped) Do(req *http.Request) (*http.Response, error) {
	if c.token == "" {
		a, err := fetch()
		if err != nil {
			return nil, err
		}
		c.token = a.AccessToken
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		c.token = ""
	}
	return resp, err
}

// A token for each call.

type perCall struct{ token string }

func (c *perCall) Do(req *http.Request) (*http.Response, error) {
	a, err := fetch()
	if err != nil {
		return nil, err
	}
	c.token = a.AccessToken
	req.Header.Set("Authorization", "Bearer "+c.token)
	return http.DefaultClient.Do(req)
}

// A client for each call.

type short struct{ token string }

func newShort() (*short, error) {
	a, err := fetch()
	if err != nil {
		return nil, err
	}
	return &short{token: a.AccessToken}, nil
}

func (s *short) do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+s.token)
	return http.DefaultClient.Do(req)
}

func Handle(w http.ResponseWriter, r *http.Request) {
	s, err := newShort()
	if err != nil {
		return
	}
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/me", nil)
	if err != nil {
		return
	}
	if resp, err := s.do(req); err == nil {
		resp.Body.Close()
	}
}

// The caller logs in, and again when it has to.

type Login struct{ token string }

func (l *Login) Login() error {
	a, err := fetch()
	if err != nil {
		return err
	}
	l.token = a.AccessToken
	return nil
}

func (l *Login) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+l.token)
	return http.DefaultClient.Do(req)
}

// An SDK's answer that decodes the lifetime for its users.

type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
}

func Issue() (*Token, error) {
	resp, err := http.Post("https://api.example.com/token", "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	t := &Token{}
	return t, json.NewDecoder(resp.Body).Decode(t)
}

// A timer renews.

type timed struct{ token string }

func NewTimed() *timed {
	t := &timed{}
	go t.run()
	return t
}

func (t *timed) run() {
	for {
		a, err := fetch()
		if err == nil {
			t.token = a.AccessToken
		}
		time.Sleep(time.Minute)
	}
}

func (t *timed) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+t.token)
	return http.DefaultClient.Do(req)
}

// A token whose end nothing in the code speaks of.

type key struct{ token string }

func (k *key) Do(req *http.Request) (*http.Response, error) {
	if k.token == "" {
		resp, err := http.Post("https://api.example.com/key", "", nil)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		var a struct {
			Token string `json:"token"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
			return nil, err
		}
		k.token = a.Token
	}
	req.Header.Set("Authorization", "token "+k.token)
	return http.DefaultClient.Do(req)
}

// The held answer's token is written again in place.

type inPlace struct{ creds *credentials }

type credentials struct {
	User         string
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

func NewInPlace(user string) (*inPlace, error) {
	c := &inPlace{creds: &credentials{User: user}}
	return c, c.Refresh()
}

func (c *inPlace) Refresh() error {
	resp, err := http.Post("https://api.example.com/token", "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var fresh credentials
	if err := json.NewDecoder(resp.Body).Decode(&fresh); err != nil {
		return err
	}
	c.creds.AccessToken = fresh.AccessToken
	return nil
}

func (c *inPlace) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.creds.AccessToken)
	return http.DefaultClient.Do(req)
}

// The held answer is decoded into again, or replaced as a whole.

type again struct{ creds *credentials }

func NewAgain() *again { return &again{creds: &credentials{}} }

func (a *again) Login() error {
	resp, err := http.Post("https://api.example.com/token", "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(a.creds)
}

func (a *again) Set(fresh credentials) { *a.creds = fresh }

func (a *again) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+a.creds.AccessToken)
	return http.DefaultClient.Do(req)
}

// Package slips compares and computes the end of tokens wrongly.
package slips

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

type answer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
}

func fetch() (a answer, err error) {
	resp, err := http.Post("https://api.example.com/token", "application/json", nil)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

// Renewed while valid, in nanoseconds as a number.

type inverted struct {
	mu        sync.RWMutex
	token     answer
	expiresAt int64
}

func (c *inverted) Bearer() (string, error) {
	c.mu.RLock()
	expiresAt := c.expiresAt
	c.mu.RUnlock()
	if expiresAt == 0 || expiresAt > time.Now().UnixNano() { // want `the token is renewed while it is valid and never once it expired: the comparison of expiresAt`
		a, err := fetch()
		if err != nil {
			return "", err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.token = a
		c.expiresAt = time.Now().UnixNano() + a.ExpiresIn*int64(time.Second) - int64(time.Minute)
	}
	return "Bearer " + c.token.AccessToken, nil
}

// The same with times, and behind a method.

type invertedTime struct {
	token  string
	expiry time.Time
}

func (c *invertedTime) expired() bool { return time.Now().Before(c.expiry) }

func (c *invertedTime) Token() (string, error) {
	if c.token == "" || c.expired() { // want `the comparison of expiry is the wrong way round`
		if err := c.renew(); err != nil {
			return "", err
		}
	}
	return c.token, nil
}

func (c *invertedTime) renew() error {
	a, err := fetch()
	if err != nil {
		return err
	}
	c.token = a.AccessToken
	c.expiry = time.Now().Add(time.Duration(a.ExpiresIn) * time.Second)
	return nil
}

// The margin has the wrong sign.

type margin struct {
	token  string
	expiry time.Time
}

func (c *margin) Token() (string, error) {
	if c.expiry.Before(time.Now().Add(-30 * time.Second)) { // want `the token is used for 30s after its end: the margin has the wrong sign`
		a, err := fetch()
		if err != nil {
			return "", err
		}
		c.token = a.AccessToken
		c.expiry = time.Now().Add(time.Duration(a.ExpiresIn) * time.Second)
	}
	return c.token, nil
}

// The margin is added when the end is stored.

type added struct {
	token   string
	expires int64
}

func (c *added) Token() (string, error) {
	if c.token != "" && time.Now().Unix() < c.expires { // want `the token is used for 1m0s after its end`
		return c.token, nil
	}
	a, err := fetch()
	if err != nil {
		return "", err
	}
	c.token = a.AccessToken
	c.expires = time.Now().Unix() + a.ExpiresIn + 60
	return c.token, nil
}

// Seconds taken as nanoseconds.

type unit struct {
	token string
	until time.Time
}

func (c *unit) Token() (string, error) {
	if time.Now().Before(c.until) {
		return c.token, nil
	}
	a, err := fetch()
	if err != nil {
		return "", err
	}
	c.token = a.AccessToken
	c.until = time.Now().Add(time.Duration(a.ExpiresIn)) // want `the token counts as expired at once and is fetched for every call: ExpiresIn is in seconds`
	return c.token, nil
}

// Right: every way to write it.

type right struct {
	token   string
	expiry  time.Time
	seconds int64
	clock   interface{ Now() time.Time }
}

func (c *right) A() (string, error) {
	if time.Until(c.expiry) > time.Minute {
		return c.token, nil
	}
	return c.renew()
}

func (c *right) B() (string, error) {
	if c.token == "" || c.seconds <= time.Now().Add(30*time.Second).Unix() {
		return c.renew()
	}
	return c.token, nil
}

func (c *right) C() (string, error) {
	if c.clock.Now().After(c.expiry.Add(-time.Minute)) {
		return c.renew()
	}
	return c.token, nil
}

// TwoSteps refuses an expired login and renews one that will soon be.
func (c *right) TwoSteps() (string, error) {
	if time.Now().After(c.expiry) {
		return "", http.ErrNoCookie
	}
	if time.Until(c.expiry) < 5*time.Minute {
		return c.renew()
	}
	return c.token, nil
}

func (c *right) renew() (string, error) {
	a, err := fetch()
	if err != nil {
		return "", err
	}
	c.token = a.AccessToken
	c.expiry = time.Now().Add(time.Duration(a.ExpiresIn)*time.Second - time.Minute)
	c.seconds = time.Now().Unix() + a.ExpiresIn - 60
	return c.token, nil
}

// StoredMargin may look late by less than what was taken off when storing.
type storedMargin struct {
	token  string
	expiry time.Time
}

func (c *storedMargin) Token() (string, error) {
	if time.Now().Add(-10 * time.Second).Before(c.expiry) {
		return c.token, nil
	}
	a, err := fetch()
	if err != nil {
		return "", err
	}
	c.token = a.AccessToken
	c.expiry = time.Now().Add(time.Duration(a.ExpiresIn)*time.Second - time.Minute)
	return c.token, nil
}

// Sliding sessions of one's own server are prolonged while they are valid.
type session struct {
	token   string
	expires time.Time
}

func (s *session) Touch() bool {
	if time.Now().Before(s.expires) {
		s.expires = time.Now().Add(time.Hour)
		return true
	}
	return false
}

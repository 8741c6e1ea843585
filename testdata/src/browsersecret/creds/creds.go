package creds

import (
	"net/http"
	"sync"
)

type Source interface {
	Token() (string, error)
}

type Auth struct {
	Source Source
	Func   func() string
}

func (a *Auth) RoundTrip(r *http.Request) (*http.Response, error) {
	t, err := a.Source.Token()
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+t)
	return http.DefaultTransport.RoundTrip(r)
}

func (a *Auth) Sign(r *http.Request) { r.Header.Set("X-Api-Key", a.Func()) }

type Fixed string

func (f Fixed) Token() (string, error) { return string(f), nil }

type Partner struct{}

func (Partner) Token() (string, error) { return "partner-4471-gull", nil }

var once = sync.OnceValue(func() string { return "oncekey-8812" })

func Once(r *http.Request) { r.Header.Set("X-Api-Key", once()) }

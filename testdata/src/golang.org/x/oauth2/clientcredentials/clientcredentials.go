// Package clientcredentials is a stub for fixtures.
package clientcredentials

import (
	"context"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
)

type Config struct {
	ClientID       string
	ClientSecret   string
	TokenURL       string
	Scopes         []string
	EndpointParams url.Values
	AuthStyle      oauth2.AuthStyle
}

func (c *Config) Token(ctx context.Context) (t *oauth2.Token, err error)      { return }
func (c *Config) Client(ctx context.Context) (client *http.Client)            { return }
func (c *Config) TokenSource(ctx context.Context) (source oauth2.TokenSource) { return }

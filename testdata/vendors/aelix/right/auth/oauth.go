package auth

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// ClientCredentials returns a client that signs requests with tokens that oauth2 renews, over the transport of hc.
func ClientCredentials(ctx context.Context, hc *http.Client, tokenURL, id, secret string) *http.Client {
	cfg := clientcredentials.Config{
		ClientID: id, ClientSecret: secret, TokenURL: tokenURL, AuthStyle: oauth2.AuthStyleInParams,
	}
	source := cfg.TokenSource(context.WithValue(ctx, oauth2.HTTPClient, hc))
	return &http.Client{
		Timeout:   hc.Timeout,
		Transport: &oauth2.Transport{Source: source, Base: hc.Transport},
	}
}

// APIKey returns a client for a key from the portal: it has no end, so a static source is enough.
func APIKey(hc *http.Client, key string) *http.Client {
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: key})
	return &http.Client{
		Timeout:   hc.Timeout,
		Transport: &oauth2.Transport{Source: source, Base: hc.Transport},
	}
}

// Package oauth copies tokens out of the library that renews them.
package oauth

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

type copied struct{ token string }

func NewCopied(ctx context.Context, source oauth2.TokenSource) (*copied, error) {
	tok, err := source.Token()
	if err != nil {
		return nil, err
	}
	return &copied{token: tok.AccessToken}, nil // want `it is copied from its source into token and stays there; ask the source before each request`
}

func (c *copied) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.token)
	return http.DefaultClient.Do(req)
}

// NewStatic freezes a token of a grant.
func NewStatic(ctx context.Context, conf *clientcredentials.Config) (*http.Client, error) {
	tok, err := conf.Token(ctx)
	if err != nil {
		return nil, err
	}
	return oauth2.NewClient(ctx, oauth2.StaticTokenSource(tok)), nil // want `a static source never renews it; use the config's own TokenSource or Client`
}

type held struct{ tok *oauth2.Token }

func NewHeld(ctx context.Context, conf *oauth2.Config, user, password string) (*held, error) {
	tok, err := conf.PasswordCredentialsToken(ctx, user, password)
	if err != nil {
		return nil, err
	}
	return &held{tok}, nil // want `it is copied from its source into tok and stays there`
}

func (h *held) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+h.tok.AccessToken)
	return http.DefaultClient.Do(req)
}

// Good: the library renews.

func Renewing(ctx context.Context, conf *clientcredentials.Config) *http.Client {
	return conf.Client(ctx)
}

// Good: a personal token that does not expire.

func Personal(ctx context.Context, token string) *http.Client {
	return oauth2.NewClient(ctx, oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token}))
}

// Good: asked before every request.

type asking struct{ source oauth2.TokenSource }

func (a *asking) Do(req *http.Request) (*http.Response, error) {
	tok, err := a.source.Token()
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+tok.AccessToken)
	return http.DefaultClient.Do(req)
}

// Good: the kept token is asked whether it is valid.

type checked struct {
	conf *clientcredentials.Config
	tok  *oauth2.Token
}

func (c *checked) Do(ctx context.Context, req *http.Request) (*http.Response, error) {
	if !c.tok.Valid() {
		tok, err := c.conf.Token(ctx)
		if err != nil {
			return nil, err
		}
		c.tok = tok
	}
	req.Header.Set("Authorization", "Bearer "+c.tok.AccessToken)
	return http.DefaultClient.Do(req)
}

// Good: an OAuth callback that uses the token at once.

func Callback(w http.ResponseWriter, r *http.Request, conf *oauth2.Config) {
	tok, err := conf.Exchange(r.Context(), r.FormValue("code"))
	if err != nil {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	client := oauth2.NewClient(r.Context(), oauth2.StaticTokenSource(tok))
	resp, err := client.Get("https://api.example.com/me")
	if err != nil {
		return
	}
	resp.Body.Close()
}

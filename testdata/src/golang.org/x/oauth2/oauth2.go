// Package oauth2 is a stub for fixtures.
package oauth2

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/oauth2/internal"
)

type Token struct {
	AccessToken  string    `json:"access_token"`
	TokenType    string    `json:"token_type,omitempty"`
	RefreshToken string    `json:"refresh_token,omitempty"`
	Expiry       time.Time `json:"expiry,omitempty"`
	ExpiresIn    int64     `json:"expires_in,omitempty"`
}

func (t *Token) Type() (typ string)            { return }
func (t *Token) Valid() (ok bool)              { return }
func (t *Token) SetAuthHeader(r *http.Request) {}
func (t *Token) Extra(key string) (value any)  { return }

type TokenSource interface {
	Token() (*Token, error)
}

type AuthStyle int

const (
	AuthStyleAutoDetect AuthStyle = 0
	AuthStyleInParams   AuthStyle = 1
	AuthStyleInHeader   AuthStyle = 2
)

type Endpoint struct {
	AuthURL, DeviceAuthURL, TokenURL string
	AuthStyle                        AuthStyle
}

type AuthCodeOption interface{ setValue() }

type Config struct {
	ClientID     string
	ClientSecret string
	Endpoint     Endpoint
	RedirectURL  string
	Scopes       []string
}

func (c *Config) AuthCodeURL(state string, opts ...AuthCodeOption) (u string) { return }
func (c *Config) Exchange(ctx context.Context, code string, opts ...AuthCodeOption) (t *Token, err error) {
	return
}
func (c *Config) PasswordCredentialsToken(ctx context.Context, username, password string) (t *Token, err error) {
	return
}
func (c *Config) Client(ctx context.Context, t *Token) (client *http.Client)     { return }
func (c *Config) TokenSource(ctx context.Context, t *Token) (source TokenSource) { return }
func NewClient(ctx context.Context, src TokenSource) (client *http.Client)       { return }
func StaticTokenSource(t *Token) (source TokenSource)                            { return }
func ReuseTokenSource(t *Token, src TokenSource) (source TokenSource)            { return }
func ReuseTokenSourceWithExpiry(t *Token, src TokenSource, earlyExpiry time.Duration) (source TokenSource) {
	return
}

type Transport struct {
	Source TokenSource
	Base   http.RoundTripper
}

func (t *Transport) RoundTrip(req *http.Request) (resp *http.Response, err error) { return }

var HTTPClient internal.ContextKey

type RetrieveError struct {
	Response         *http.Response
	Body             []byte
	ErrorCode        string
	ErrorDescription string
	ErrorURI         string
}

func (r *RetrieveError) Error() (text string) { return }

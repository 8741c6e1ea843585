// Package authscheme has the fixtures of the check.
package authscheme

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

const authorization = "Authorization"

// The scheme and the space.

func glued(req *http.Request, token string) {
	req.Header.Set("Authorization", "Bearer"+token)               // want `every request is answered 401: nothing stands between Bearer and the credential; write a space`
	req.Header.Set(authorization, fmt.Sprintf("Bearer%s", token)) // want `nothing stands between Bearer and the credential`
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Authorization", fmt.Sprintf("%s %s", "Bearer", token))
	req.Header.Set("Authorization", "Bot "+token)
	req.Header.Set("Authorization", "token "+token)
}

func literalMap(token string) http.Header {
	return http.Header{"Authorization": {"Bearer" + token}} // want `nothing stands between Bearer and the credential`
}

// The scheme twice, once in a function that fetches the token.

type session struct {
	http  *http.Client
	token string
}

func (s *session) fetch(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://id.example.com/token", nil)
	if err != nil {
		return "", err
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", err
	}
	return "Bearer " + out.AccessToken, nil
}

func (s *session) login(ctx context.Context) (err error) {
	s.token, err = s.fetch(ctx)
	return err
}

func (s *session) sign(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+s.token) // want `every request is answered 401: the header says Bearer twice; write it in one place`
}

// careful writes the scheme only where it is missing.
type careful struct{ token string }

func newCareful(token string) *careful { return &careful{token: "Bearer " + token} }

func (c *careful) sign(req *http.Request) {
	if strings.HasPrefix(c.token, "Bearer ") {
		req.Header.Set("Authorization", c.token)
		return
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
}

// with is told the scheme.
func with(req *http.Request, scheme, value string) {
	req.Header.Set("Authorization", scheme+value)
}

func callsWith(req *http.Request, token string) {
	with(req, "Bearer ", token)
	with(req, "", "Basic "+token)
	with(req, "Bearer ", "Bearer "+token) // want `the header says Bearer twice`
}

// optional is not always given a token.
func optional(req *http.Request, token string) {
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
}

func callsOptional(req *http.Request, token string) {
	optional(req, token)
	optional(req, "")
}

func nothing(req *http.Request) {
	req.Header.Set("Authorization", "Bearer ") // want `every request is answered 401: the header is Bearer and no credential`
}

// Basic.

func basics(req *http.Request, user, password string) {
	plain := user + ":" + password
	req.Header.Set("Authorization", "Basic "+base64.URLEncoding.EncodeToString([]byte(plain)))         // want `servers cannot read the Basic credentials: they are in URLEncoding, not in base64.StdEncoding`
	req.Header.Set("Authorization", "Basic "+base64.RawStdEncoding.EncodeToString([]byte(plain)))      // want `they are in RawStdEncoding`
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+password))) // want `servers cannot tell the user from the password`
	req.Header.Set("Authorization", "Basic "+plain)                                                    // want `user and password are not in base64`
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(plain)))
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%s:%s", user, password))))
	req.Header.Set("Authorization", "Basic "+user) // encoded by somebody else
	req.Header.Set("Authorization", "Bearer "+base64.RawURLEncoding.EncodeToString([]byte(plain)))
}

// The same value with the scheme and without it.

type api struct {
	http   *http.Client
	apiKey string
	other  string
}

func (a *api) list(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+a.apiKey)
}

func (a *api) quota(req *http.Request) {
	req.Header.Set("Authorization", a.apiKey) // want `the request is refused: Authorization is apiKey without the scheme that it has elsewhere; write "Bearer " before it`
}

func (a *api) foreign(req *http.Request) {
	req.Header.Set("Authorization", a.other)
}

func (a *api) decrypts(req *http.Request) error {
	apiKey, err := decrypt()
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", apiKey) // want `Authorization is apiKey without the scheme`
	return nil
}

var decrypt = func() (string, error) { return "", errors.New("sealed") }

// status is given the whole header.
func (a *api) status(req *http.Request, authorization string) {
	req.Header.Set("Authorization", authorization)
}

func (a *api) statuses(req *http.Request) {
	a.status(req, "Bearer "+a.apiKey)
	a.status(req, a.apiKey) // want `Authorization is apiKey without the scheme`
}

// bare is what another vendor wants.
type bare struct{ token string }

func (b *bare) sign(req *http.Request) {
	req.Header.Set("Authorization", b.token)
}

// A token that is set later, or never.

type Optional struct {
	jwt string
}

func NewOptional() *Optional { return &Optional{} }

func (o *Optional) SetJWT(token string) { o.jwt = token }

func (o *Optional) sign(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+o.jwt) // want `a request goes out as Bearer with nothing behind it where jwt was never set`
}

type Guarded struct {
	jwt string
}

func NewGuarded() *Guarded { return &Guarded{} }

func (g *Guarded) SetJWT(token string) { g.jwt = token }

func (g *Guarded) sign(req *http.Request) {
	if g.jwt != "" {
		req.Header.Set("Authorization", "Bearer "+g.jwt)
	}
}

type Deliberate struct {
	jwt string
}

func NewDeliberate() *Deliberate { return &Deliberate{} }

func (d *Deliberate) SetJWT(token string) { d.jwt = token }

func (d *Deliberate) sign(req *http.Request) {
	// The registry wants the header even when there is no token.
	req.Header.Set("Authorization", "Bearer "+d.jwt)
}

// A token that is decoded by hand.

func claims(token string) ([]byte, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("no token")
	}
	return base64.StdEncoding.DecodeString(parts[1]) // want `parts of a JSON web token have no padding, and base64.StdEncoding wants it; use RawURLEncoding`
}

func claimsRight(token string) ([]byte, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("no token")
	}
	return base64.RawURLEncoding.DecodeString(parts[1])
}

// An answer's header is none of a request.
func answers(w http.ResponseWriter, token string) {
	w.Header().Set("Authorization", "Bearer"+token)
}

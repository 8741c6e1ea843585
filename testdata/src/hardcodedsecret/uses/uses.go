// Package uses has constants that become credentials.
package uses

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-resty/resty/v2"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"hardcodedsecret/keys"
)

const apiKey = "k7Tq9wLm4zXc8vRb2nYd6sPf" // want `has a credential \(header Authorization\); read it from the environment or a secret store, and revoke this one`

func header(req *http.Request) { req.Header.Set("Authorization", "Bearer "+apiKey) }

func basic(req *http.Request) {
	req.SetBasicAuth("service", "correct-horse-9") // want `has a credential \(header Authorization\)`
}

func literal(req *http.Request) {
	req.Header = http.Header{"X-Api-Key": {"a8Ck2mQ7xW4nB8vR"}} // want `has a credential \(header X-Api-Key\)`
}

func stripe(req *http.Request) {
	req.Header.Set("Authorization", fmt.Sprintf("Bearer %s", "sk_live_8Nm3Rt6Yp6Hq2Zk9Lw4Xc1Vb")) // want `has a Stripe secret key \(sk_l…, header Authorization\)`
}

func query(req *http.Request) {
	q := url.Values{}
	q.Set("api_key", "q4Zk9Lw4Xc1Vb8Nm3") // want `has a credential \(parameter api_key\)`
	req.URL.RawQuery = q.Encode()
}

var config = oauth2.Config{
	ClientID:     "desk",
	ClientSecret: "GOCx-9fK2mQ7xW4nB8vR1tY6z", // want `has a credential \(field ClientSecret\)`
}

func machine(ctx context.Context) *http.Client {
	cc := clientcredentials.Config{ClientID: "desk", ClientSecret: secret(), TokenURL: "https://auth.example.com/token"}
	return cc.Client(ctx)
}

func secret() string { return "c9Xc1Vb8Nm3Rt6Yp6Hq2Zk" } // want `has a credential \(field ClientSecret\)`

// signed is as random as the name of the check in another package.
func signed(body []byte) []byte {
	mac := hmac.New(sha256.New, []byte("m2Kq9Wm5Tz8Rb3Np6Lc4")) // want `has a credential \(key of hmac.New\)`
	mac.Write(body)
	return mac.Sum(nil)
}

func token() (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{}).SignedString([]byte("j5Tz8Rb3Np6Lc4m2Kq9W")) // want `has a credential \(key of jwt.SignedString\)`
}

type client struct {
	key  string
	rest *resty.Client
}

func newClient() *client {
	c := &client{key: "f6Np4Jx7Vd2Kq9Wm5Tz8", rest: resty.New()} // want `has a credential \(header X-Api-Key\)`
	c.rest.SetAuthToken("t8Rb3Np6Lc4m2Kq9Wj5Tz")                 // want `has a credential \(header Authorization\)`
	return c
}

func (c *client) get(req *http.Request) { req.Header.Set("X-Api-Key", c.key) }

func joined(req *http.Request) {
	req.Header.Set("X-Api-Key", strings.Join([]string{"k7", "Tq", "9w", "Lm", "4z"}, "")) // want `has a credential \(header X-Api-Key\)`
}

// Another package's constants and variables are reported where they are used.
func partner(req *http.Request) {
	req.Header.Set("X-Api-Key", keys.Partner) // want `has a credential \(header X-Api-Key\)`
	req.Header.Set("X-Api-Key", keys.Nightly) // want `has a credential \(header X-Api-Key\)`
}

func wrapped() (*http.Response, error) {
	return keys.Get("https://api.example.com", "w3Np6Lc4m2Kq9Wj5Tz8Rb") // want `has a credential \(header X-Api-Key\)`
}

// applicationKey would be a public name, but its shape says what it is.
const applicationKey = "NWEwYzdlMTktM2Y0Mi00ZDg4LTliNmUtYzFkMDdmMmE4ZTM1OmYwOWIyZDY0LTcxY2UtNGE1My04ZDFmLTZlM2I5MGE3YzQyOA==" // want `has a Basiq API key`

func signIn(req *http.Request) { req.Header.Set("Authorization", "Basic "+applicationKey) }

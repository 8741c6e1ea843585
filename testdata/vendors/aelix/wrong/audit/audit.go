// Package audit reads payments for the auditors, with credentials from the wrong places.
package audit

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
)

// Reader reads payments.
type Reader struct {
	base string
	key  string
	hc   *http.Client
}

// auditKey is in every copy of the source.
const auditKey = "ak_live_w3Nq8XcT5vRz2LmY7bKd9GhP" // want: hardcodedsecret

// New returns a Reader with a key that nobody can change without a release.
func New(base string) *Reader {
	return &Reader{base: base, key: auditKey, hc: httpx.NewRetrying(nil)}
}

// NewRehearsal sends the sandbox's key to production.
//
// Aelix: "Wrong environment — Using a sandbox token against the production endpoint or vice versa".
func NewRehearsal() *Reader {
	key := strings.TrimSpace(os.Getenv("AELIX_SANDBOX_KEY"))
	return &Reader{base: httpx.Production, key: key, hc: httpx.NewRetrying(nil)} // want: envmix
}

// status asks with the client and the header that it is given.
func (r *Reader) status(ctx context.Context, hc *http.Client, id, authorization string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/v1/payments/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", authorization)
	resp, err := hc.Do(req)
	if err != nil {
		return "", err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Status, err
}

// Status returns the status of a payment.
func (r *Reader) Status(ctx context.Context, id string) (string, error) {
	return r.status(ctx, r.hc, id, "Bearer "+r.key)
}

// StatusFrom takes its key from a file, with the newline that ends it.
//
// Aelix: "Whitespace in token — Ensure there are no leading/trailing spaces in the Authorization header value".
func (r *Reader) StatusFrom(ctx context.Context, file, id string) (string, error) {
	key, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	return r.status(ctx, r.hc, id, "Bearer "+string(key)) // want: tokenspace
}

// StatusBare sends a key without saying what it is.
func (r *Reader) StatusBare(ctx context.Context, id string) (string, error) {
	return r.status(ctx, r.hc, id, r.key) // want: authscheme
}

// StatusOnce makes a pool of connections for one call, and another for the next.
func (r *Reader) StatusOnce(ctx context.Context, id string) (string, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	return r.status(ctx, httpx.NewRetrying(t), id, "Bearer "+r.key) // want: clientperrequest
}

// MayPay lets whoever writes a token say what its bearer may do.
//
// Aelix decodes without verification "to check token expiry", for debugging and for nothing else.
func MayPay(token string) (bool, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false, errors.New("audit: not a token")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return false, err
	}
	var claims struct {
		Scope string `json:"scope"`
	}
	if err := json.Unmarshal(raw, &claims); err != nil {
		return false, err
	}
	return strings.Contains(claims.Scope, "payments:initiate"), nil // want: jwtunverified
}

// Region is where the workers run.
//
// Aelix: "Co-locate your application servers in the same region as the Aelix API (eu-west-1)".
const Region = "us-east-1" // want: region

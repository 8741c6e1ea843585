package onboard

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/transport"
)

const form = "application/x-www-form-urlencoded"

// access reads the answer of the token endpoint.
func access(resp *http.Response, err error) (string, error) {
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return out.AccessToken, nil
}

// Unversioned asks for a token without saying of which version of the API.
//
// "e.g., a required parameter was omitted"
func (t *Tool) Unversioned(ctx context.Context, key string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+"/token", strings.NewReader("scope=SERVER_ACCESS"))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form)
	req.Header.Set("Authorization", "Basic "+key)
	return access(t.open.Do(req)) // want: apiheader
}

// JSON asks for a token in JSON, which this one address does not read.
//
// "Codes in the 4xx range indicate an error that failed given the information provided."
func (t *Tool) JSON(ctx context.Context, key string) (string, error) {
	in, err := json.Marshal(map[string]string{"scope": "SERVER_ACCESS"})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+"/token", bytes.NewReader(in))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json") // want: contenttype
	req.Header.Set("basiq-version", "3.0")
	req.Header.Set("Authorization", "Basic "+key)
	return access(t.open.Do(req))
}

// Encoded makes base64 of a key that is base64 already.
//
// "e.g., [...] user's credentials are invalid"
func (t *Tool) Encoded(ctx context.Context, key string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+"/token", strings.NewReader("scope=SERVER_ACCESS"))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form)
	req.Header.Set("basiq-version", "3.0")
	req.SetBasicAuth(key, "") // want: authscheme
	return access(t.open.Do(req))
}

// FromFile sends the key of a file with the newline of the file.
//
// "e.g., [...] user's credentials are invalid"
func (t *Tool) FromFile(ctx context.Context, file string) (string, error) {
	key, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+"/token", strings.NewReader("scope=SERVER_ACCESS"))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form)
	req.Header.Set("basiq-version", "3.0")
	req.Header.Set("Authorization", "Basic "+string(key)) // want: tokenspace
	return access(t.open.Do(req))
}

// Loud tells the log the key.
func (t *Tool) Loud(ctx context.Context, key string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+"/token", strings.NewReader("scope=SERVER_ACCESS"))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form)
	req.Header.Set("basiq-version", "3.0")
	req.Header.Set("Authorization", "Basic "+key)
	log.Printf("ask for a token with key %s", key) // want: secretleak
	return access(t.open.Do(req))
}

// nightlyKey is that of the nightly job, and of everybody who can read.
const nightlyKey = "YTkzMGQ1NWQtOTU0NS00MGYzLWFlODgtOWZlNDZmMmM3YThjOjQzZjJmMTkzLTZlODUtNGYwOC1iNTkyLTdiMGZlMzM5ZDMwOQ=="

// Nightly asks for the token of the nightly job. No page reaches it.
func (t *Tool) Nightly(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+"/token", strings.NewReader("scope=SERVER_ACCESS"))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form)
	req.Header.Set("basiq-version", "3.0")
	req.Header.Set("Authorization", "Basic "+nightlyKey) // want: hardcodedsecret
	return access(t.open.Do(req))
}

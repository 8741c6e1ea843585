// Package reports reads accounts through go-retryablehttp.
package reports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"example.com/aelix/right/transport"
	"github.com/hashicorp/go-retryablehttp"
)

// Reader reads accounts with an API key.
type Reader struct {
	base string
	key  string
	rc   *retryablehttp.Client // for requests made here
	hc   *http.Client          // the same client for code that wants net/http
}

// NewReader returns a Reader that repeats failed calls and keeps the last error answer.
func NewReader(base, key string) *Reader {
	rc := retryablehttp.NewClient()
	rc.Logger = nil
	rc.RetryMax = 3
	rc.RetryWaitMin, rc.RetryWaitMax = 5*time.Millisecond, 2*time.Second
	rc.ErrorHandler = retryablehttp.PassthroughErrorHandler
	rc.HTTPClient.Timeout = 5 * time.Second
	hc := rc.StandardClient()
	hc.Timeout = 20 * time.Second
	return &Reader{base: base, key: key, rc: rc, hc: hc}
}

// Status returns the status of an account.
func (r *Reader) Status(ctx context.Context, id string) (string, error) {
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, r.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+r.key)
	resp, err := r.rc.Do(req)
	if err != nil {
		return "", fmt.Errorf("status of %s: %w", id, err)
	}
	defer func() {
		_, _ = io.CopyN(io.Discard, resp.Body, 1<<16)
		_ = resp.Body.Close()
	}()
	if err := transport.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", err
	}
	return out.Data.Status, nil
}

// Exists asks for an account and looks at nothing but the status.
func (r *Reader) Exists(ctx context.Context, id string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/v1/accounts/"+url.PathEscape(id), nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Authorization", "Bearer "+r.key)
	resp, err := r.hc.Do(req)
	if err != nil {
		return false, fmt.Errorf("look up %s: %w", id, err)
	}
	defer transport.Close(resp)
	switch err := transport.Check(resp); {
	case err == nil:
		return true, nil
	case resp.StatusCode == http.StatusNotFound:
		return false, nil
	default:
		return false, err
	}
}

// Refused returns the fields that the vendor refused, if that is what err says.
func Refused(err error) []string {
	var answer *transport.Error
	if !errors.As(err, &answer) {
		return nil
	}
	fields := make([]string, 0, len(answer.Details))
	for _, d := range answer.Details {
		fields = append(fields, d.Field)
	}
	return fields
}

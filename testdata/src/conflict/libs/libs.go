// Package libs has libraries make the next attempt.
package libs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/avast/retry-go/v4"
	"github.com/cenkalti/backoff/v4"
	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/go-retryablehttp"
)

const base = "https://api.example.com/v2"

type refused struct{ status int }

func (r *refused) Error() string { return fmt.Sprintf("status %d", r.status) }

func create(ctx context.Context, path string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return &refused{resp.StatusCode}
	}
	return nil
}

func createTeam(ctx context.Context, name string) error {
	return retry.Do(func() error {
		return create(ctx, "/teams", map[string]string{"name": name}) // want "409"
	}, retry.Attempts(5))
}

func createRepo(ctx context.Context, name string) error {
	op := func() error {
		err := create(ctx, "/repositories", map[string]string{"name": name}) // want "409"
		var r *refused
		if errors.As(err, &r) && r.status < 500 {
			return backoff.Permanent(err)
		}
		return err
	}
	return backoff.Retry(op, backoff.NewExponentialBackOff())
}

func createLabel(ctx context.Context, name string) error {
	op := func() error {
		err := create(ctx, "/labels", map[string]string{"name": name})
		var r *refused
		if errors.As(err, &r) && r.status == http.StatusConflict {
			return nil
		}
		return err
	}
	return backoff.Retry(op, backoff.NewExponentialBackOff())
}

// Who repeats is a client.

func newRetrying() *http.Client {
	c := retryablehttp.NewClient()
	c.RetryMax = 4
	return c.StandardClient()
}

type provider struct{ hc *http.Client }

func newProvider() *provider { return &provider{hc: newRetrying()} }

func (p *provider) CreateDomain(ctx context.Context, name string) error {
	body, _ := json.Marshal(map[string]string{"name": name})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/domains", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := p.hc.Do(req) // want "409"
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return &refused{resp.StatusCode}
	}
	return nil
}

func (p *provider) CreateRecord(ctx context.Context, name string) error {
	body, _ := json.Marshal(map[string]string{"name": name})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/records", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := p.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == 409 {
		return nil
	}
	if resp.StatusCode >= 300 {
		return &refused{resp.StatusCode}
	}
	return nil
}

func addMember(ctx context.Context, mail string) error {
	c := resty.New().SetBaseURL(base).SetRetryCount(3).SetTimeout(10 * time.Second)
	c.AddRetryCondition(func(r *resty.Response, err error) bool { return err != nil || r.StatusCode() >= 500 })
	resp, err := c.R().SetContext(ctx).SetBody(map[string]string{"email": mail}).Post("/members") // want "409"
	if err != nil {
		return err
	}
	if resp.IsError() {
		return fmt.Errorf("member: %s", resp.Status())
	}
	return nil
}

func login(ctx context.Context, mail string) error {
	c := resty.New().SetBaseURL(base).SetRetryCount(3).SetTimeout(10 * time.Second)
	resp, err := c.R().SetContext(ctx).SetBody(map[string]string{"email": mail}).Post("/login")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return fmt.Errorf("login: %s", resp.Status())
	}
	return nil
}

// retrying is a transport.
type retrying struct {
	next http.RoundTripper
	max  int
}

func (t *retrying) RoundTrip(req *http.Request) (*http.Response, error) {
	for n := 0; ; n++ {
		resp, err := t.next.RoundTrip(req)
		if err == nil && resp.StatusCode < 500 || n == t.max {
			return resp, err
		}
		if err == nil {
			resp.Body.Close()
		}
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, err
			}
		}
		time.Sleep(time.Second << n)
	}
}

type registry struct{ hc *http.Client }

func newRegistry() *registry {
	return &registry{hc: &http.Client{Transport: &retrying{next: http.DefaultTransport, max: 3}, Timeout: time.Minute}}
}

func (r *registry) addNamespace(ctx context.Context, name string) error {
	body, _ := json.Marshal(map[string]string{"name": name})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/namespaces", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := r.hc.Do(req) // want "409"
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return &refused{resp.StatusCode}
	}
	return nil
}

func (r *registry) query(ctx context.Context, q string) error {
	body, _ := json.Marshal(map[string]string{"q": q})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/queries", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := r.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return &refused{resp.StatusCode}
	}
	return nil
}

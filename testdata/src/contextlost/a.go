package contextlost

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
)

func checked(resp *http.Response) error {
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		return errors.New(resp.Status)
	}
	_, err := io.Copy(io.Discard, resp.Body)
	return err
}

func lost(ctx context.Context, hc *http.Client) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil) // want `this request is made without ctx`
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return checked(resp)
}

func lostInBranches(ctx context.Context, hc *http.Client, body string) error {
	var req *http.Request
	var err error
	if body != "" {
		req, err = http.NewRequest("POST", "https://api.example.com", strings.NewReader(body)) // want `made without ctx`
	} else {
		req, err = http.NewRequest("GET", "https://api.example.com", nil) // want `made without ctx`
	}
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return checked(resp)
}

func convenience(ctx context.Context, hc *http.Client) error {
	resp, err := hc.Get("https://api.example.com") // want `this is sent without ctx`
	if err != nil {
		return err
	}
	return checked(resp)
}

func packageFunc(c context.Context) error {
	resp, err := http.Post("https://api.example.com", "text/plain", strings.NewReader("")) // want `this is sent without c:`
	if err != nil {
		return err
	}
	return checked(resp)
}

// retry runs f while it has the context.
func retry(ctx context.Context, f func() error) error {
	for ctx.Err() == nil {
		if err := f(); err == nil {
			return nil
		}
	}
	return ctx.Err()
}

func inClosure(ctx context.Context, hc *http.Client) error {
	return retry(ctx, func() error {
		req, err := http.NewRequest("GET", "https://api.example.com", nil) // want `made without ctx`
		if err != nil {
			return err
		}
		resp, err := hc.Do(req)
		if err != nil {
			return err
		}
		return checked(resp)
	})
}

type client struct{ hc *http.Client }

// NewRequest drops the context that it is given.
func (c *client) NewRequest(ctx context.Context, method, path string) (*http.Request, error) {
	req, err := http.NewRequest(method, "https://api.example.com"+path, nil) // want `never looks at ctx`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	return req, nil
}

// request has no context to give.
func (c *client) request(path string) (*http.Request, error) {
	return http.NewRequest("GET", "https://api.example.com"+path, nil)
}

func (c *client) viaHelper(ctx context.Context) error {
	req, err := c.request("/v1/a")
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req) // want `this is sent without ctx`
	if err != nil {
		return err
	}
	return checked(resp)
}

func (c *client) viaHelperAgain(ctx context.Context) error { // one finding a helper
	req, err := c.request("/v1/b")
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	return checked(resp)
}

func (c *client) throughOwnSender(ctx context.Context) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil) // want `made without ctx`
	if err != nil {
		return err
	}
	return c.send(req)
}

func (c *client) send(req *http.Request) error {
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	return checked(resp)
}

// Given one on the way.

func assigned(ctx context.Context, hc *http.Client) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	req = req.WithContext(ctx)
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return checked(resp)
}

func cloned(ctx context.Context, hc *http.Client) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := hc.Do(req.Clone(ctx))
	if err != nil {
		return err
	}
	return checked(resp)
}

func (c *client) withContext(ctx context.Context) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	return c.do(ctx, req)
}

func (c *client) do(ctx context.Context, req *http.Request) error {
	resp, err := c.hc.Do(req.WithContext(ctx))
	if err != nil {
		return err
	}
	return checked(resp)
}

func replacedWhole(ctx context.Context, hc *http.Client) error {
	req, err := http.NewRequest("GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	*req = *req.WithContext(ctx)
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return checked(resp)
}

func returned(ctx context.Context) (*http.Request, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return http.NewRequest("GET", "https://api.example.com", nil)
}

func unnamed(_ context.Context, hc *http.Client) error {
	resp, err := hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return checked(resp)
}

// Work that outlives the context.

func goroutine(ctx context.Context, hc *http.Client) {
	go func() {
		resp, err := hc.Get("https://api.example.com/notify")
		if err == nil {
			checked(resp)
		}
	}()
}

func deferred(ctx context.Context, hc *http.Client) error {
	defer func() {
		resp, err := hc.Get("https://api.example.com/unlock")
		if err == nil {
			checked(resp)
		}
	}()
	return ctx.Err()
}

func later(ctx context.Context, hc *http.Client) func() error {
	return func() error {
		resp, err := hc.Get("https://api.example.com")
		if err != nil {
			return err
		}
		return checked(resp)
	}
}

func unlock(ctx context.Context, hc *http.Client) error {
	resp, err := hc.Get("https://api.example.com/unlock")
	if err != nil {
		return err
	}
	return checked(resp)
}

func locked(ctx context.Context, hc *http.Client) {
	defer unlock(ctx, hc)
}

func detached(ctx context.Context, hc *http.Client) error {
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), "GET", "https://api.example.com", nil)
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	return checked(resp)
}

func explained(ctx context.Context, hc *http.Client) error {
	// The audit log wants this even when the caller has left.
	resp, err := hc.Get("https://api.example.com/audit")
	if err != nil {
		return err
	}
	return checked(resp)
}

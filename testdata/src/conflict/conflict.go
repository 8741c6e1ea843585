package conflict

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

type client struct {
	base string
	http *http.Client
}

type refused struct {
	status int
	text   string
}

func (r *refused) Error() string { return fmt.Sprintf("%d: %s", r.status, r.text) }

func (c *client) post(ctx context.Context, path string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return &refused{resp.StatusCode, string(text)}
	}
	return nil
}

func (c *client) ensureTopic(ctx context.Context, name string) error {
	return c.post(ctx, "/v1/topics", map[string]string{"name": name}) // want `every run of ensureTopic after the first fails here: the 409 by which the API says`
}

func (c *client) ensureQueue(ctx context.Context, name string) error {
	err := c.post(ctx, "/v1/queues", map[string]string{"name": name})
	var r *refused
	if errors.As(err, &r) && r.status == http.StatusConflict {
		return nil
	}
	return err
}

func (c *client) createUser(ctx context.Context, mail string) error {
	return c.post(ctx, "/v1/users", map[string]string{"mail": mail})
}

func (c *client) SyncUsers(ctx context.Context, mails []string) error {
	for _, mail := range mails {
		if err := c.createUser(ctx, mail); err != nil { // want `every run of SyncUsers after the first fails here`
			return err
		}
	}
	return nil
}

func (c *client) getGroup(ctx context.Context, name string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/groups/"+name, nil)
	if err != nil {
		return false, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK, nil
}

// ensureGroup looks first, as another may do at the same time.
func (c *client) ensureGroup(ctx context.Context, name string) error {
	if there, err := c.getGroup(ctx, name); err != nil || there {
		return err
	}
	return c.post(ctx, "/v1/groups", map[string]string{"name": name}) // want `of two that find nothing at once the slower fails here`
}

var errTaken = errors.New("there is one of that name")

func (c *client) provisionRole(ctx context.Context, name string) error {
	return c.post(ctx, "/v1/roles", map[string]string{"name": name})
}

// setUp knows what the error may be.
func (c *client) setUp(ctx context.Context) error {
	err := c.provisionRole(ctx, "admin")
	if errors.Is(err, errTaken) || alreadyThere(err) {
		return nil
	}
	return err
}

func alreadyThere(err error) bool {
	var r *refused
	return errors.As(err, &r) && r.status == http.StatusConflict
}

// Tokens, events and one-time orders may be made any number of times.
func (c *client) ensureToken(ctx context.Context) error {
	return c.post(ctx, "/oauth/token", map[string]string{"grant_type": "client_credentials"})
}

func (c *client) syncEvents(ctx context.Context) error {
	return c.post(ctx, "/v1/events", map[string]string{"kind": "sync"})
}

func (c *client) CreateInvoice(ctx context.Context, id string) error {
	return c.post(ctx, "/v1/invoices", map[string]string{"order": id})
}

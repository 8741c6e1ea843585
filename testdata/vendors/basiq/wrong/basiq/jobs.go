package basiq

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/rest"
	"example.com/basiq/wrong/transport"
)

// get decodes an answer.
func (c *Client) get(ctx context.Context, path string, out any) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return fmt.Errorf("get %s: %w", path, err)
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("get %s: %w", path, err)
	}
	return nil
}

// Job is the state of a job: that of its steps.
type Job struct {
	ID    string `json:"id"`
	Steps []Step `json:"steps"`
}

// Step is one step of a job.
type Step struct {
	Title  string `json:"title"`
	Status string `json:"status"`
	Result *struct {
		Code   string `json:"code"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
	} `json:"result"` // null until the step is done
}

// Job reads a job.
func (c *Client) Job(ctx context.Context, id string) (Job, error) {
	var j Job
	err := c.get(ctx, "/jobs/"+url.PathEscape(id), &j)
	return j, err
}

// Refresh asks the bank again and returns the job that does so, new (202) or already running (200).
func (c *Client) Refresh(ctx context.Context, user, connection string) (job string, isNew bool, err error) {
	resp, err := rest.Send(ctx, c.hc, http.MethodPost, c.connectionURL(user, connection)+"/refresh", nil)
	if err != nil {
		return "", false, err
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", false, fmt.Errorf("refresh: %w", err)
	}
	var out struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", false, fmt.Errorf("refresh: %w", err)
	}
	return out.ID, resp.StatusCode == http.StatusAccepted, nil
}

// FreshBalance asks the bank again and reads the balance of an account, before the bank has been asked.
//
// "For consent UI flows, any error returned by the bank is surfaced on the Jobs endpoint."
func (c *Client) FreshBalance(ctx context.Context, user, connection, account string) (string, error) {
	resp, err := rest.Send(ctx, c.hc, http.MethodPost, c.connectionURL(user, connection)+"/refresh", nil) // want: accepted
	if err != nil {
		return "", fmt.Errorf("refresh: %w", err)
	}
	defer transport.Drain(resp)
	if err := basiqerr.Check(resp); err != nil {
		return "", fmt.Errorf("refresh: %w", err)
	}
	var out struct {
		Balance *string `json:"balance"`
	}
	if err := c.get(ctx, "/users/"+url.PathEscape(user)+"/accounts/"+url.PathEscape(account), &out); err != nil {
		return "", err
	}
	if out.Balance == nil {
		return "", fmt.Errorf("account %s: the bank tells no balance", account)
	}
	return *out.Balance, nil
}

// Event reads an event that a webhook told of.
func (c *Client) Event(ctx context.Context, id string) (entity, user string, err error) {
	var out struct {
		Entity string `json:"entity"`
		UserID string `json:"userId"`
	}
	err = c.get(ctx, "/events/"+url.PathEscape(id), &out)
	return out.Entity, out.UserID, err
}

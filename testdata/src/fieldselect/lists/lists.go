// Package lists calls a vendor that sends everything unless it is told what.
package lists

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"fieldselect/paths"
)

const base = "https://api.aelix.digitalapi.ai"

// Client is for others, too.
type Client struct{ http *http.Client }

func (c *Client) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

// Account is handed to others.
type Account struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

type pagination struct {
	NextCursor string `json:"next_cursor"`
}

func (c *Client) Accounts(ctx context.Context) ([]Account, string, error) {
	var out struct {
		Data       []Account  `json:"data"`
		Pagination pagination `json:"pagination"`
	}
	err := c.get(ctx, "/v1/accounts?limit=100", &out) // want `every member of each item is sent, and this uses id,status alone; tell Aelix so with the parameter fields`
	return out.Data, out.Pagination.NextCursor, err
}

// A large type of which one member is read.
type transaction struct {
	ID          string    `json:"id"`
	Amount      int64     `json:"amount"`
	Currency    string    `json:"currency"`
	Booked      time.Time `json:"booked_at"`
	Valued      time.Time `json:"valued_at"`
	Description string    `json:"description"`
	Category    string    `json:"category"`
}

func (c *Client) sum(ctx context.Context, id string) (total int64, next string, err error) {
	var out struct {
		Data       []transaction `json:"data"`
		Pagination pagination    `json:"pagination"`
	}
	err = c.get(ctx, "/v1/accounts/"+url.PathEscape(id)+"/transactions", &out) // want `and this uses amount alone`
	for _, t := range out.Data {
		total += t.Amount
	}
	return total, out.Pagination.NextCursor, err
}

func (c *Client) direct() (ids []string, next string, err error) {
	resp, err := c.http.Get(paths.Accounts) // want `and this uses id alone`
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, "", errors.New(resp.Status)
	}
	var out struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
		Pagination pagination `json:"pagination"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	for _, a := range out.Data {
		ids = append(ids, a.ID)
	}
	return ids, out.Pagination.NextCursor, err
}

// What follows is right.

func (c *Client) asked(ctx context.Context) ([]Account, string, error) {
	var out struct {
		Data       []Account  `json:"data"`
		Pagination pagination `json:"pagination"`
	}
	err := c.get(ctx, "/v1/accounts?fields=id,status", &out)
	return out.Data, out.Pagination.NextCursor, err
}

// One item is small.
func (c *Client) one(ctx context.Context, id string) (Account, error) {
	var out struct {
		Data Account `json:"data"`
	}
	err := c.get(ctx, "/v1/accounts/"+url.PathEscape(id), &out)
	return out.Data, err
}

func (c *Client) newest(ctx context.Context) ([]Account, error) {
	var out struct {
		Data []Account `json:"data"`
	}
	err := c.get(ctx, "/v1/accounts?limit=1", &out)
	return out.Data, err
}

// Most of it is used.
func (c *Client) all(ctx context.Context) (int, string, error) {
	var out struct {
		Data []struct {
			A, B, C, D, E, F string
		} `json:"data"`
		Pagination pagination `json:"pagination"`
	}
	err := c.get(ctx, "/v1/accounts", &out)
	n := 0
	for _, x := range out.Data {
		n += len(x.A + x.B + x.C + x.D + x.E + x.F)
	}
	return n, out.Pagination.NextCursor, err
}

// Whatever is in it may be used.
func (c *Client) raw(ctx context.Context) ([]json.RawMessage, error) {
	var out struct {
		Data []json.RawMessage `json:"data"`
		More bool              `json:"has_more"`
		Next string            `json:"next_cursor"`
	}
	err := c.get(ctx, "/v1/accounts", &out)
	return out.Data, err
}

func (c *Client) nested(ctx context.Context) (int, string, error) {
	var out struct {
		Data []struct {
			ID      string         `json:"id"`
			Details map[string]any `json:"details"`
		} `json:"data"`
		Pagination pagination `json:"pagination"`
	}
	err := c.get(ctx, "/v1/accounts", &out)
	return len(out.Data), out.Pagination.NextCursor, err
}

func (c *Client) given(ctx context.Context, query url.Values) ([]Account, string, error) {
	var out struct {
		Data       []Account  `json:"data"`
		Pagination pagination `json:"pagination"`
	}
	err := c.get(ctx, "/v1/accounts?"+query.Encode(), &out)
	return out.Data, out.Pagination.NextCursor, err
}

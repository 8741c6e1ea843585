// Package first looks before it makes, which two may do at once.
package first

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

var ErrNotFound = errors.New("not found")

type Account struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

type Client struct {
	base string
	hc   *http.Client
}

func (c *Client) find(ctx context.Context, mail string) (*Account, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/accounts?email="+url.QueryEscape(mail), nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		return nil, ErrNotFound
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("find: %s", resp.Status)
	}
	var a Account
	return &a, json.NewDecoder(resp.Body).Decode(&a)
}

func (c *Client) create(ctx context.Context, mail string) (*Account, error) {
	body, err := json.Marshal(Account{Email: mail})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/accounts", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("create: %s", resp.Status)
	}
	var a Account
	return &a, json.NewDecoder(resp.Body).Decode(&a)
}

// FindOrCreate loses against another that found nothing, too.
func (c *Client) FindOrCreate(ctx context.Context, mail string) (*Account, error) {
	a, err := c.find(ctx, mail)
	if err == nil {
		return a, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return c.create(ctx, mail) // want "409"
}

// GetOrCreateRight looks again.
func (c *Client) GetOrCreateRight(ctx context.Context, mail string) (*Account, error) {
	a, err := c.find(ctx, mail)
	if err == nil {
		return a, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if a, err = c.create(ctx, mail); err != nil {
		return c.find(ctx, mail)
	}
	return a, nil
}

// Both in one function.
func (c *Client) ensureTeam(ctx context.Context, name string) error {
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/teams/"+name, nil)
	if err != nil {
		return err
	}
	found, err := c.hc.Do(get)
	if err != nil {
		return err
	}
	found.Body.Close()
	switch found.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusNotFound:
	default:
		return fmt.Errorf("team: %s", found.Status)
	}
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/teams", bytes.NewReader(body))
	if err != nil {
		return err
	}
	made, err := c.hc.Do(post) // want "409"
	if err != nil {
		return err
	}
	defer made.Body.Close()
	if made.StatusCode != http.StatusCreated {
		return fmt.Errorf("team: %s", made.Status)
	}
	return nil
}

// replace takes away what is there.
func (c *Client) ensureFresh(ctx context.Context, mail string) (*Account, error) {
	if err := c.delete(ctx, mail); err != nil {
		return nil, err
	}
	return c.create(ctx, mail)
}

func (c *Client) delete(ctx context.Context, mail string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.base+"/accounts/"+mail, nil)
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("delete: %s", resp.Status)
	}
	return nil
}

func (c *Client) byMail(ctx context.Context, mail string) (*Account, bool) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/accounts?email="+url.QueryEscape(mail), nil)
	if err != nil {
		return nil, false
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return nil, false
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, false
	}
	var a Account
	return &a, json.NewDecoder(resp.Body).Decode(&a) == nil
}

// Ensure makes it or finds it, whatever the function that finds it is called.
func (c *Client) Ensure(ctx context.Context, mail string) (*Account, error) {
	a, refused := c.create(ctx, mail)
	if refused == nil {
		return a, nil
	}
	if a, ok := c.byMail(ctx, mail); ok {
		return a, nil
	}
	return nil, refused
}

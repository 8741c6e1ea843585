// Package batch makes many things, and breaks off at the first that is there.
package batch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

type APIError struct {
	Status int    `json:"-"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (e *APIError) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Detail) }

type Client struct {
	Base string
	HTTP *http.Client
}

// do is every request's way out.
func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.Base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		e := &APIError{Status: resp.StatusCode}
		if err := json.NewDecoder(resp.Body).Decode(e); err != nil {
			return fmt.Errorf("%s: %w", resp.Status, err)
		}
		return e
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

type Customer struct {
	ID    string `json:"id,omitempty"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

func (c *Client) CreateCustomer(ctx context.Context, in Customer) (*Customer, error) {
	var out Customer
	if err := c.do(ctx, http.MethodPost, "/v1/customers", in, &out); err != nil {
		return nil, fmt.Errorf("create customer: %w", err)
	}
	return &out, nil
}

// ImportCustomers breaks off, and the next run breaks off at the first line.
func ImportCustomers(ctx context.Context, c *Client, file io.Reader) error {
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := c.CreateCustomer(ctx, Customer{Email: row[0], Name: row[1]}); err != nil { // want "409"
			return fmt.Errorf("row %s: %w", row[0], err)
		}
	}
	return nil
}

// LoadTags reads lines.
func LoadTags(ctx context.Context, c *Client, in io.Reader) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if err := c.do(ctx, "POST", "/v1/tags", map[string]string{"name": lines.Text()}, nil); err != nil { // want "409"
			return err
		}
	}
	return lines.Err()
}

type group struct {
	Name    string
	Members []string
}

func (c *Client) createGroups(ctx context.Context, groups []group) error {
	for i := 0; i < len(groups); i++ {
		err := c.do(ctx, http.MethodPost, "/v1/groups", groups[i], nil) // want "409"
		if err != nil {
			log.Printf("group %s: %v", groups[i].Name, err)
			return err
		}
	}
	return nil
}

func migrateAll(ctx context.Context, c *Client, names []string) {
	for _, name := range names {
		if err := c.do(ctx, http.MethodPost, "/v1/projects", map[string]string{"name": name}, nil); err != nil { // want "409"
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// Skipped: what is there is left as it is.
func ImportSkipping(ctx context.Context, c *Client, list []Customer) error {
	for _, in := range list {
		_, err := c.CreateCustomer(ctx, in)
		var e *APIError
		if errors.As(err, &e) && e.Status == http.StatusConflict {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// By the vendor's code.
func ImportByCode(ctx context.Context, c *Client, list []Customer) error {
	for _, in := range list {
		if _, err := c.CreateCustomer(ctx, in); err != nil {
			var e *APIError
			if errors.As(err, &e) && e.Code == "resource-already-exists" {
				continue
			}
			return err
		}
	}
	return nil
}

// ImportAll goes on after what fails, and tells at the end.
func ImportAll(ctx context.Context, c *Client, list []Customer) error {
	var errs []error
	for _, in := range list {
		if _, err := c.CreateCustomer(ctx, in); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// ImportRest leaves out what an earlier run has made.
func ImportRest(ctx context.Context, c *Client, list []Customer, done map[string]bool) error {
	for _, in := range list {
		if done[in.Email] {
			continue
		}
		if _, err := c.CreateCustomer(ctx, in); err != nil {
			return err
		}
		done[in.Email] = true
	}
	return nil
}

// Requests that may be made any number of times.

func (c *Client) SearchAll(ctx context.Context, terms []string) ([]Customer, error) {
	var all []Customer
	for _, term := range terms {
		var page []Customer
		if err := c.do(ctx, http.MethodPost, "/v1/customers/search", map[string]string{"q": term}, &page); err != nil {
			return nil, err
		}
		all = append(all, page...)
	}
	return all, nil
}

func (c *Client) PutAll(ctx context.Context, list []Customer) error {
	for _, in := range list {
		if err := c.do(ctx, http.MethodPut, "/v1/customers/"+in.ID, in, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) Archive(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := c.do(ctx, http.MethodPost, "/v1/customers/"+id+"/archive", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) Notify(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := c.do(ctx, http.MethodPost, "/v1/messages", map[string]string{"to": id}, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) UpsertAll(ctx context.Context, list []Customer) error {
	for _, in := range list {
		if err := c.do(ctx, http.MethodPost, "/v1/customers/upsert", in, nil); err != nil {
			return err
		}
	}
	return nil
}

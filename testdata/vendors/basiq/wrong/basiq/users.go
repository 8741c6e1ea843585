package basiq

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/rest"
	"example.com/basiq/wrong/transport"
)

// User is a person whose accounts are shared.
type User struct {
	ID     string `json:"id,omitempty"`
	Email  string `json:"email"`
	Mobile string `json:"mobile,omitempty"`
}

// User is one user, or an empty one where Basiq knows none.
//
// "Codes in the 4xx range indicate an error that failed given the information provided (e.g., a required parameter was
// omitted, user's credentials are invalid, etc.)."
func (c *Client) User(ctx context.Context, id string) (User, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.userURL(id), nil)
	if err != nil {
		return User{}, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return User{}, fmt.Errorf("user: %w", err)
	}
	defer transport.Drain(resp)
	var u User
	if err := json.NewDecoder(resp.Body).Decode(&u); err != nil { // want: statusunchecked
		return User{}, fmt.Errorf("user: %w", err)
	}
	return u, nil
}

// DeleteUser deletes a user and all that is known of them, or believes so.
//
// "The Connect API uses conventional HTTP response codes to indicate the success or failure of an API request."
func (c *Client) DeleteUser(ctx context.Context, id string) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodDelete, c.userURL(id), nil)
	if err != nil {
		return fmt.Errorf("delete user: %w", err)
	}
	transport.Drain(resp)
	return nil // want: statusunchecked
}

// ConnectionStatus is the state of a connection. Of the vendor's errors it knows one.
//
// "Codes in the 2xx range indicate success."
func (c *Client) ConnectionStatus(ctx context.Context, user, connection string) (string, error) {
	resp, err := rest.Send(ctx, c.hc, http.MethodGet, c.connectionURL(user, connection), nil)
	if err != nil {
		return "", fmt.Errorf("connection: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode == http.StatusNotFound { // want: statusunchecked
		return "", basiqerr.Check(resp)
	}
	var out struct {
		Status string `json:"status"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("connection: %w", err)
	}
	return out.Status, nil
}

// CreateUser creates a user. Its error has everything but what was wrong.
//
// "The body will also include a JSON formatted error object that provides more details about the specifics of the error."
func (c *Client) CreateUser(ctx context.Context, u User) (User, error) {
	req, err := rest.NewRequest(ctx, http.MethodPost, c.base+"/users", u)
	if err != nil {
		return User{}, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode != http.StatusCreated {
		var env struct {
			Type          string `json:"type"`
			CorrelationID string `json:"correlationId"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
			return User{}, fmt.Errorf("create user: basiq answered %s", resp.Status)
		}
		return User{}, fmt.Errorf("create user: basiq answered %s [%s]", resp.Status, env.CorrelationID) // want: errordetails
	}
	var created User
	if err := json.NewDecoder(resp.Body).Decode(&created); err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	return created, nil
}

// UpdateUser changes a user. When several values are wrong, only the first is told.
//
// "The error object will return the error as an array."
func (c *Client) UpdateUser(ctx context.Context, u User) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodPost, c.userURL(u.ID), u)
	if err != nil {
		return fmt.Errorf("update user: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var env struct {
		CorrelationID string            `json:"correlationId"`
		Data          []basiqerr.Detail `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil || len(env.Data) == 0 {
		return fmt.Errorf("update user: basiq answered %s [%s]", resp.Status, env.CorrelationID)
	}
	return fmt.Errorf("update user: %s [%s]", env.Data[0], env.CorrelationID) // want: errordetails
}

// Invite creates a user for whom only the address is known.
func (c *Client) Invite(ctx context.Context, u User) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodPost, c.base+"/users", u)
	if err != nil {
		return fmt.Errorf("invite: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode != http.StatusCreated {
		return newProblem(resp)
	}
	return nil
}

// Email is the address of a user, through the helper that tells one error.
func (c *Client) Email(ctx context.Context, id string) (string, error) {
	var u User
	if err := rest.Fetch(ctx, c.hc, c.userURL(id), &u); err != nil {
		return "", fmt.Errorf("email: %w", err)
	}
	return u.Email, nil
}

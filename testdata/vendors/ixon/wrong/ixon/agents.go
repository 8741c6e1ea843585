package ixon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"example.com/ixon/wrong/apierr"
	"example.com/ixon/wrong/rest"
	"example.com/ixon/wrong/transport"
)

// Agent is a router. IXON sends only the fields that are asked for.
type Agent struct {
	PublicID     string `json:"publicId"`
	Name         string `json:"name"`
	ActiveStatus string `json:"activeStatus"`
}

const agentFields = "fields=publicId,name,activeStatus"

func (c *Client) agentURL(id string) string { return c.base + "/agents/" + url.PathEscape(id) }

// Agent is one agent, or an empty one where IXON knows none.
//
// "Content errors can be recognized by its HTTP response with a 4xx code."
func (c *Client) Agent(ctx context.Context, id string) (Agent, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.agentURL(id)+"?"+agentFields, nil)
	if err != nil {
		return Agent{}, err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return Agent{}, fmt.Errorf("agent: %w", err)
	}
	defer transport.Drain(resp)
	var out struct {
		Data list[Agent] `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil { // want: statusunchecked
		return Agent{}, fmt.Errorf("agent: %w", err)
	}
	if len(out.Data) == 0 {
		return Agent{}, fmt.Errorf("agent %s: no data", id)
	}
	return out.Data[0], nil
}

// Reboot restarts an agent, or believes so.
//
// "Server errors can be recognized by an HTTP response with a 5xx code."
func (c *Client) Reboot(ctx context.Context, id string) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodPost, c.agentURL(id)+"/reboot", nil)
	if err != nil {
		return fmt.Errorf("reboot: %w", err)
	}
	transport.Drain(resp)
	return nil // want: statusunchecked
}

// SetTimeServers replaces the time servers of an agent, or believes so.
//
// "It is advisable to write code that gracefully handles all possible API exceptions."
func (c *Client) SetTimeServers(ctx context.Context, id string, servers []string) error {
	in := map[string][]string{"servers": servers}
	req, err := rest.NewRequest(ctx, http.MethodPut, c.agentURL(id)+"/router-ntp-servers", in)
	if err != nil {
		return err
	}
	resp, err := c.send(req)
	if err != nil {
		return fmt.Errorf("time servers: %w", err)
	}
	defer transport.Drain(resp)
	return nil // want: statusunchecked
}

// Locate reads where an agent is. It knows server errors only, and takes the body of a content error for a location.
//
// "Content error occurs when the API request is invalid."
func (c *Client) Locate(ctx context.Context, id string) (string, error) {
	resp, err := rest.Send(ctx, c.hc, http.MethodGet, c.agentURL(id)+"?fields=timeZone", nil)
	if err != nil {
		return "", fmt.Errorf("locate: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode >= 500 { // want: statusunchecked
		return "", apierr.Check(resp)
	}
	var out struct {
		Data list[struct {
			TimeZone string `json:"timeZone"`
		}] `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("locate: %w", err)
	}
	if len(out.Data) == 0 {
		return "", fmt.Errorf("locate %s: no data", id)
	}
	return out.Data[0].TimeZone, nil
}

// Remove deletes an agent. Its error does not say what IXON had against it.
//
// "The reason why a certain error occurs is added to the response data."
func (c *Client) Remove(ctx context.Context, id string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.agentURL(id), nil)
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("remove: ixon answered %s", resp.Status) // want: errordetails
	}
	return nil
}

// Device is a machine behind an agent.
type Device struct {
	Name string `json:"name"`
}

// AddDevices creates devices. When several are wrong, only the first is told.
//
// "You need to find the part of the request that was wrong and correct it."
func (c *Client) AddDevices(ctx context.Context, agent string, devices []Device) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodPost, c.agentURL(agent)+"/devices", devices)
	if err != nil {
		return fmt.Errorf("add devices: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode == http.StatusCreated {
		return nil
	}
	var env struct {
		Data []struct {
			Message      string `json:"message"`
			PropertyName string `json:"propertyName"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil || len(env.Data) == 0 {
		return fmt.Errorf("add devices: ixon answered %s", resp.Status)
	}
	return fmt.Errorf("add devices: %s: %s", env.Data[0].PropertyName, env.Data[0].Message) // want: errordetails
}

// Rename gives an agent another name.
func (c *Client) Rename(ctx context.Context, id, name string) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodPatch, c.agentURL(id), map[string]string{"name": name})
	if err != nil {
		return fmt.Errorf("rename: %w", err)
	}
	defer transport.Drain(resp)
	if resp.StatusCode != http.StatusOK {
		return newError(resp)
	}
	return nil
}

// Status is the state of an agent. Where IXON answers with an error, the connection is lost to the pool.
//
// "The APIv2 client can raise exceptions for many reasons."
func (c *Client) Status(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.agentURL(id)+"?"+agentFields, nil)
	if err != nil {
		return "", err
	}
	resp, err := c.hc.Do(req) // want: bodyleak
	if err != nil {
		return "", fmt.Errorf("status: %w", err)
	}
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("status: %w", err)
	}
	defer transport.Drain(resp)
	var out struct {
		Data Agent `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("status: %w", err)
	}
	return out.Data.ActiveStatus, nil
}

// Describe sets the description of an agent.
//
// "They return low-level errors, like socket or timeout exceptions." So will this process, when its sockets run out.
func (c *Client) Describe(ctx context.Context, id, text string) error {
	resp, err := rest.Send(ctx, c.hc, http.MethodPatch, c.agentURL(id), map[string]string{"description": text}) // want: bodyleak
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	return apierr.Check(resp)
}

// Name is what the portal calls an agent. The dashboard asks for it every few seconds, on a new connection each time.
func (c *Client) Name(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.agentURL(id)+"?fields=name", nil)
	if err != nil {
		return "", err
	}
	req.Close = true // want: keepalive
	resp, err := c.hc.Do(req)
	if err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	defer transport.Drain(resp)
	if err := apierr.Check(resp); err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	return out.Data.Name, nil
}

// Zone is an agent's time zone, through the helper whose errors have no details.
func (c *Client) Zone(ctx context.Context, id string) (string, error) {
	var out struct {
		TimeZone string `json:"timeZone"`
	}
	if err := rest.Fetch(ctx, c.hc, c.agentURL(id)+"?fields=timeZone", &out); err != nil {
		return "", fmt.Errorf("zone: %w", err)
	}
	return out.TimeZone, nil
}

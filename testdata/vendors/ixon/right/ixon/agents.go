package ixon

import (
	"context"
	"net/http"
	"net/url"
)

// Agent is a router. IXON sends only the fields that are asked for.
type Agent struct {
	PublicID      string `json:"publicId"`
	Name          string `json:"name"` // "" where the vendor sends null
	ActiveStatus  string `json:"activeStatus"`
	ValuesPerHour uint32 `json:"valuesPerHour"` // up to 4294967295, though documented as int32
}

const agentFields = "publicId,name,activeStatus,valuesPerHour"

// Agents is every agent of the company, page by page.
func (c *Client) Agents(ctx context.Context) ([]Agent, error) {
	var all []Agent
	query := url.Values{"fields": {agentFields}}
	for {
		var page list[Agent]
		after, err := c.do(ctx, http.MethodGet, "/agents", query, nil, &page)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if after == "" {
			return all, nil
		}
		query.Set("page-after", after)
	}
}

// Agent is one agent.
func (c *Client) Agent(ctx context.Context, id string) (Agent, error) {
	var a Agent
	_, err := c.do(ctx, http.MethodGet, "/agents/"+url.PathEscape(id), url.Values{"fields": {agentFields}}, nil, &a)
	return a, err
}

// Rename gives an agent another name.
func (c *Client) Rename(ctx context.Context, id, name string) error {
	_, err := c.do(ctx, http.MethodPatch, "/agents/"+url.PathEscape(id), nil, map[string]string{"name": name}, nil)
	return err
}

// Remove deletes an agent.
func (c *Client) Remove(ctx context.Context, id string) error {
	_, err := c.do(ctx, http.MethodDelete, "/agents/"+url.PathEscape(id), nil, nil, nil)
	return err
}

// Reboot restarts an agent.
func (c *Client) Reboot(ctx context.Context, id string) error {
	_, err := c.do(ctx, http.MethodPost, "/agents/"+url.PathEscape(id)+"/reboot", nil, nil, nil)
	return err
}

// SetTimeServers replaces the time servers of an agent.
func (c *Client) SetTimeServers(ctx context.Context, id string, servers []string) error {
	in := map[string][]string{"servers": servers}
	_, err := c.do(ctx, http.MethodPut, "/agents/"+url.PathEscape(id)+"/router-ntp-servers", nil, in, nil)
	return err
}

// Device is a machine behind an agent.
type Device struct {
	Name string `json:"name"`
}

// AddDevices creates devices and returns their ids. Nothing is sent twice: IXON knows no idempotency keys.
func (c *Client) AddDevices(ctx context.Context, agent string, devices []Device) ([]string, error) {
	var created list[struct {
		PublicID string `json:"publicId"`
	}]
	_, err := c.do(ctx, http.MethodPost, "/agents/"+url.PathEscape(agent)+"/devices", nil, devices, &created)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(created))
	for i, d := range created {
		ids[i] = d.PublicID
	}
	return ids, nil
}

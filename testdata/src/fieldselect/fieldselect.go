// Package fieldselect calls a vendor that sends only what it is asked for.
package fieldselect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"fieldselect/paths"
)

type client struct {
	base string
	http *http.Client
}

func newClient(c *http.Client) *client { return &client{base: paths.Base, http: c} }

func (c *client) agentURL(id string) string { return c.base + "/agents/" + url.PathEscape(id) }

func (c *client) send(ctx context.Context, method, target string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, target, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		resp.Body.Close()
		return nil, errors.New(resp.Status)
	}
	return resp, nil
}

func (c *client) get(ctx context.Context, path string, into any) error {
	resp, err := c.send(ctx, http.MethodGet, c.base+path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}

func (c *client) plain(ctx context.Context, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, paths.Agents+"/"+url.PathEscape(id), nil) // want `nothing but what is asked for is sent by IXON: name is always empty here; add \?fields=name`
	if err != nil {
		return "", err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", errors.New(resp.Status)
	}
	var out struct {
		Data struct {
			PublicID string `json:"publicId"`
			Name     string `json:"name"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.PublicID + out.Data.Name, err
}

func (c *client) wrapper(ctx context.Context, id string) (bool, error) {
	resp, err := c.send(ctx, http.MethodGet, c.agentURL(id)) // want `nothing but what is asked for is sent by IXON: activeStatus is always empty`
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	var out struct {
		Data struct {
			ActiveStatus string `json:"activeStatus"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.ActiveStatus == "active", err
}

func (c *client) helper(ctx context.Context, id string) (string, error) {
	var out struct {
		Data struct {
			Name     string `json:"name"`
			DeviceID string `json:"deviceId"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?fields=deviceId", &out) // want `nothing but what fields asks for is sent by IXON, and name is always empty here; add it there`
	return out.Data.Name + out.Data.DeviceID, err
}

type page struct {
	Data      []machine `json:"data"`
	MoreAfter *string   `json:"moreAfter"`
}

type machine struct {
	PublicID string `json:"publicId"`
	Name     string `json:"name"`
	Serial   string `json:"serialNumber"`
}

func (c *client) list(ctx context.Context) (names []string, err error) {
	after := ""
	for {
		var p page
		if err := c.get(ctx, "/agents?fields=publicId,name&page-after="+url.QueryEscape(after), &p); err != nil { // want `and serialNumber is always empty here`
			return nil, err
		}
		for _, m := range p.Data {
			names = append(names, m.PublicID+m.Name+m.Serial)
		}
		if p.MoreAfter == nil {
			return names, nil
		}
		after = *p.MoreAfter
	}
}

func (c *client) formatted(ctx context.Context, id string) (string, error) {
	resp, err := c.http.Get(fmt.Sprintf("%s/%s%s", paths.Agents, url.PathEscape(id), paths.Names)) // want `and macAddress is always empty here`
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", errors.New(resp.Status)
	}
	var out struct {
		Data struct {
			Name       string `json:"name"`
			MACAddress string `json:"macAddress"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Name + out.Data.MACAddress, err
}

func (c *client) login(ctx context.Context) (token, until string, err error) {
	resp, err := c.send(ctx, http.MethodPost, c.base+"/access-tokens?fields=secretId") // want `and expiresOn is always empty here`
	if err != nil {
		return "", "", err
	}
	defer resp.Body.Close()
	var out struct {
		Data struct {
			SecretID  string `json:"secretId"`
			ExpiresOn string `json:"expiresOn"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.SecretID, out.Data.ExpiresOn, err
}

// Subresources have to be asked for by their own names.
func (c *client) nested(ctx context.Context, id string) (string, error) {
	var out struct {
		Data struct {
			Type struct {
				Name string `json:"name"`
			} `json:"type"`
			Location struct {
				Name string `json:"name"`
			} `json:"location"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?fields=type(name,code)", &out) // want `and location is always empty here`
	return out.Data.Type.Name + out.Data.Location.Name, err
}

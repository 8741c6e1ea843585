// Package query sets the parameter in its own way.
package query

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"fieldselect/paths"
)

func name(c *http.Client, id string) (string, error) {
	resp, err := c.Get(paths.Agents + "/" + url.PathEscape(id))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", errors.New(resp.Status)
	}
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Name, err
}

type selecting struct{ next http.RoundTripper }

func (s selecting) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	q := req.URL.Query()
	q.Set("fields", "*")
	req.URL.RawQuery = q.Encode()
	return s.next.RoundTrip(req)
}

// Package named asks for what it reads, or may do so.
package named

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"fieldselect/paths"
)

type client struct {
	base string
	http *http.Client
}

func newClient(c *http.Client) *client { return &client{base: paths.Base, http: c} }

func (c *client) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	return c.do(req, into)
}

func (c *client) do(req *http.Request, into any) error {
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

type answer struct {
	Data struct {
		Name string `json:"name"`
	} `json:"data"`
}

func (c *client) asked(ctx context.Context, id string) (string, error) {
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?fields=publicId,name", &out)
	return out.Data.Name, err
}

func (c *client) star(ctx context.Context, id string) (string, error) {
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?fields=*", &out)
	return out.Data.Name, err
}

// The identifier is there unasked.
func (c *client) identifiers(ctx context.Context) (ids []string, err error) {
	var out struct {
		Data []struct {
			PublicID string `json:"publicId"`
		} `json:"data"`
		MoreAfter *string `json:"moreAfter"`
	}
	err = c.get(ctx, "/agents", &out)
	for _, a := range out.Data {
		ids = append(ids, a.PublicID)
	}
	if out.MoreAfter != nil {
		err = errors.Join(err, errors.New("there are more"))
	}
	return ids, err
}

// The operation has no such parameter.
func (c *client) clock(ctx context.Context) (string, error) {
	var out struct {
		Data struct {
			Time string `json:"time"`
		} `json:"data"`
	}
	err := c.get(ctx, "/server-time", &out)
	return out.Data.Time, err
}

// Nothing of it is read.
func (c *client) there(ctx context.Context, id string) bool {
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	return c.get(ctx, "/agents/"+url.PathEscape(id), &out) == nil
}

// The caller says what is wanted.
func (c *client) chosen(ctx context.Context, id, fields string) (string, error) {
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?fields="+fields, &out)
	return out.Data.Name, err
}

// The end of the address is out of sight.
func (c *client) ended(ctx context.Context, end string) (string, error) {
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+end, &out)
	return out.Data.Name, err
}

// So is the query.
func (c *client) queried(ctx context.Context, id string, query url.Values) (string, error) {
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?"+query.Encode(), &out)
	return out.Data.Name, err
}

func (c *client) raw(ctx context.Context, id string, query url.Values) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, paths.Agents+"/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	req.URL.RawQuery = query.Encode()
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err = c.do(req, &out)
	return out.Data.Name, err
}

// One type for two requests, of which one asks for its member.
func (c *client) both(ctx context.Context, id string) (string, error) {
	resp, err := c.http.Get(paths.Agents + "/" + url.PathEscape(id))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var first answer
	if err := json.NewDecoder(resp.Body).Decode(&first); err != nil || resp.StatusCode != http.StatusOK {
		return "", errors.Join(err, errors.New(resp.Status))
	}
	more, err := c.http.Get(paths.Agents + "/" + url.PathEscape(id) + paths.Names)
	if err != nil {
		return "", err
	}
	defer more.Body.Close()
	var second answer
	if err := json.NewDecoder(more.Body).Decode(&second); err != nil || more.StatusCode != http.StatusOK {
		return "", errors.Join(err, errors.New(more.Status))
	}
	return first.Data.Name + second.Data.Name, nil
}

// What it decodes is not known.
func (c *client) anything(ctx context.Context, id string) (any, error) {
	var out struct {
		Data map[string]any `json:"data"`
	}
	err := c.get(ctx, "/agents/"+url.PathEscape(id), &out)
	return out.Data["name"], err
}

// The address grows from call to call.
func (c *client) deeper(ctx context.Context, path string, n int) (string, error) {
	if n > 0 {
		return c.deeper(ctx, "parent/"+path, n-1)
	}
	var out struct {
		Data struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	err := c.get(ctx, "/agents/"+path, &out)
	return out.Data.Name, err
}

func (c *client) root(ctx context.Context) (string, error) { return c.deeper(ctx, "self", 3) }

// shared is filled by two requests, of which one asks for all of it.
type shared struct {
	Data struct {
		Name   string `json:"name"`
		Serial string `json:"serialNumber"`
	} `json:"data"`
}

func (c *client) short(ctx context.Context, id string) (string, error) {
	var out shared
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?fields=name", &out)
	return describe(out), err
}

func (c *client) long(ctx context.Context, id string) (string, error) {
	var out shared
	err := c.get(ctx, "/agents/"+url.PathEscape(id)+"?fields=name,serialNumber", &out)
	return describe(out), err
}

func describe(s shared) string { return s.Data.Name + s.Data.Serial }

// written gets what the answer lacks from elsewhere.
type written struct {
	Data struct {
		Name string `json:"name"`
	} `json:"data"`
}

func (c *client) filled(ctx context.Context, id string) (string, error) {
	var out written
	if err := c.get(ctx, "/agents/"+url.PathEscape(id), &out); err != nil {
		return "", err
	}
	if out.Data.Name == "" {
		out.Data.Name = id
	}
	return out.Data.Name, nil
}

package unsaferetry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A client whose requests all go through one function, which repeats them.
type sdk struct {
	http  *http.Client
	base  string
	tries int
}

type parcel struct {
	Weight int `json:"weight"`
}

func (c *sdk) getParcel(ctx context.Context, id string) (p parcel, err error) {
	return p, c.call(ctx, http.MethodGet, "/v1/parcels/"+id, nil, &p)
}

func (c *sdk) createParcel(ctx context.Context, p parcel) error {
	return c.call(ctx, http.MethodPost, "/v1/parcels", p, &p)
}

func (c *sdk) call(ctx context.Context, method, path string, in, out any) error {
	payload, err := json.Marshal(in)
	if err != nil {
		return err
	}
	var last error
	for i := range c.tries {
		if i > 0 {
			time.Sleep(time.Second << i)
		}
		resp, err := c.send(ctx, method, path, payload) // want `every request is sent again here after a network error, POST too`
		if err != nil {
			last = err
			continue
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			last = err
			continue
		}
		if resp.StatusCode >= 500 {
			last = fmt.Errorf("%s: %s: %s", path, resp.Status, data)
			continue
		}
		if resp.StatusCode >= 400 {
			return fmt.Errorf("%s: %s: %s", path, resp.Status, data)
		}
		return json.Unmarshal(data, out)
	}
	return last
}

func (c *sdk) send(ctx context.Context, method, path string, payload []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return c.http.Do(req)
}

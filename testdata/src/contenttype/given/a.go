// Package given sends through clients that others hand out.
package given

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// A client that a function value hands out may set the header for everything.
type options struct{ client func() *http.Client }

func (o options) send(doc []byte) error {
	return upload(o.client(), doc)
}

func upload(c *http.Client, doc []byte) error {
	b, err := json.Marshal(map[string]string{"doc": string(doc)})
	if err != nil {
		return err
	}
	req, err := http.NewRequest("POST", "https://api.example.com/keys", bytes.NewReader(b))
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

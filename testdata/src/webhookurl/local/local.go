// Package local registers at a service on the same machine.
package local

import (
	"bytes"
	"encoding/json"
	"net/http"
)

func register(c *http.Client) error {
	doc, err := json.Marshal(map[string]string{"url": "http://127.0.0.1:9000/hooks", "event": "push"})
	if err != nil {
		return err
	}
	resp, err := c.Post("http://localhost:3000/api/v1/hooks", "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func registerAfar(c *http.Client) error {
	doc, err := json.Marshal(map[string]string{"url": "http://127.0.0.1:9000/hooks", "event": "push"}) // want `no event ever arrives`
	if err != nil {
		return err
	}
	resp, err := c.Post("https://git.example.com/api/v1/hooks", "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

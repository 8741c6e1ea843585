// Command cli fetches a token, works and ends.
package main

import (
	"encoding/json"
	"log"
	"net/http"
)

type client struct{ token string }

type answer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

func newClient() (*client, error) {
	resp, err := http.Post("https://api.example.com/token", "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return nil, err
	}
	return &client{token: a.AccessToken}, nil
}

func (c *client) do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.token)
	return http.DefaultClient.Do(req)
}

func main() {
	c, err := newClient()
	if err != nil {
		log.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/items", nil)
	if err != nil {
		log.Fatal(err)
	}
	if resp, err := c.do(req); err == nil {
		resp.Body.Close()
	}
}

package api

import (
	"net/http"

	"browsersecret/keys"
)

// A Client sends its token with every request.
type Client struct {
	token string
	Name  string
}

func New(token string) *Client { return &Client{token: token} }

func (c *Client) Do(url string) error {
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Charge uses the account's key.
func Charge() error { return charge() }

func charge() error { return New(keys.Stripe).Do("https://api.stripe.com/v1/charges") }

// A Charger is called through an interface only.
type Charger interface{ Charge() error }

type Live struct{}

func (Live) Charge() error { return New(keys.Stripe).Do("https://api.stripe.com/v1/charges") }

// Refund is called by nobody, not even through an interface.
func (Live) Refund() error { return New(keys.ServerOnly).Do("https://api.stripe.com/v1/refunds") }

package fixes

import (
	"encoding/json"
	"net/http"
	"time"
)

type account struct{ Balance string }

func pointer(c *http.Client) (*account, error) {
	resp, err := c.Get("https://api.example.com/v1/account") // want `taken for a success`
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var a account
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return nil, err
	}
	return &a, nil
}

func values(c *http.Client) (a account, at time.Time, n [2]int, s string, ok bool, f float64, err error) {
	resp, err := c.Get("https://api.example.com/v1/account") // want `taken for a success`
	if err != nil {
		return
	}
	err = json.NewDecoder(resp.Body).Decode(&a)
	resp.Body.Close()
	return
}

func inClosure(c *http.Client) func() error {
	return func() error {
		resp, err := c.Get("https://api.example.com/v1/account") // want `taken for a success`
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		return json.NewDecoder(resp.Body).Decode(new(account))
	}
}

// What follows has no fix.

func noError(c *http.Client) (a account) {
	resp, err := c.Get("https://api.example.com/v1/account") // want `taken for a success`
	if err != nil {
		return a
	}
	defer resp.Body.Close()
	json.NewDecoder(resp.Body).Decode(&a)
	return a
}

func looksAtOne(c *http.Client) (*account, error) {
	resp, err := c.Get("https://api.example.com/v1/account") // want `taken for a success`
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var a account
	if resp.StatusCode == 404 {
		return &a, nil
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return nil, err
	}
	return &a, nil
}

func typeParameter[T any](c *http.Client) (v T, err error) {
	resp, err := c.Get("https://api.example.com/v1/account") // want `taken for a success`
	if err != nil {
		return v, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&v)
	return v, err
}

func nameTaken(c *http.Client, io string) (account, error) {
	resp, err := c.Get("https://api.example.com/v1/" + io) // want `taken for a success`
	if err != nil {
		return account{}, err
	}
	defer resp.Body.Close()
	var a account
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

func typeTaken(c *http.Client, account string) (a account, err error) {
	resp, err := c.Get("https://api.example.com/v1/" + account) // want `taken for a success`
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a, err
}

// Package mixed talks to two services: whose answer it is cannot be told.
package mixed

import (
	"encoding/json"
	"fmt"
	"net/http"
)

const (
	basiqURL = "https://au-api.basiq.io"
	otherURL = "https://api.example.com"
)

type client struct {
	base string
	hc   *http.Client
}

func newClients(hc *http.Client) (a, b *client) {
	return &client{basiqURL, hc}, &client{otherURL, hc}
}

func check(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	var env struct {
		Type          string `json:"type"`
		CorrelationID string `json:"correlationId"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s [%s]", resp.Status, env.CorrelationID)
}

// ofOne is the answer of the one, by its address.
func ofOne(hc *http.Client) error {
	resp, err := hc.Get(basiqURL + "/users")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return nil
	}
	var env struct {
		Type          string `json:"type"`
		CorrelationID string `json:"correlationId"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil { // want `the list data, in which Basiq`
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s [%s]", resp.Status, env.CorrelationID)
}

// ofTheOther is that of the other.
func ofTheOther(hc *http.Client) error {
	resp, err := hc.Get(otherURL + "/users")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return nil
	}
	var env struct {
		Type          string `json:"type"`
		CorrelationID string `json:"correlationId"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&env); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	return fmt.Errorf("%s [%s]", resp.Status, env.CorrelationID)
}

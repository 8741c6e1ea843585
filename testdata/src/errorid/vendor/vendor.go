// Package vendor talks to one vendor, whose error answers have an identifier.
package vendor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const base = "https://au-api.basiq.io"

type problem struct {
	Data []struct {
		Code   string `json:"code"`
		Detail string `json:"detail"`
	} `json:"data"`
}

func remove(c *http.Client, user string) error {
	resp, err := c.Get(base + "/users/" + user)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil { // want `has no place for correlationId, which Basiq's support asks for`
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	var parts []string
	for _, d := range p.Data {
		parts = append(parts, d.Code+": "+d.Detail)
	}
	return fmt.Errorf("%s: %s", resp.Status, strings.Join(parts, "; "))
}

type whole struct {
	CorrelationID string `json:"correlationId"`
	Data          []struct {
		Detail string `json:"detail"`
	} `json:"data"`
}

func update(c *http.Client, user string) error {
	resp, err := c.Get(base + "/users/" + user)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var w whole
	if err := json.NewDecoder(resp.Body).Decode(&w); err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	text := w.CorrelationID
	for _, d := range w.Data {
		text += "; " + d.Detail
	}
	return fmt.Errorf("%s: %s", resp.Status, text)
}

type account struct {
	Data []string `json:"data"`
}

func accounts(c *http.Client) ([]string, error) {
	resp, err := c.Get(base + "/accounts")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("accounts: %s", resp.Status)
	}
	var a account
	err = json.NewDecoder(resp.Body).Decode(&a)
	return a.Data, err
}

// Package aelix decides on words.
package aelix

import (
	"encoding/json"
	"fmt"
	"net/http"
)

type problem struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func account(c *http.Client, id string) error {
	resp, err := c.Get("https://api.aelix.digitalapi.ai/v1/accounts/" + id)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return nil
	}
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return err
	}
	return fmt.Errorf("%s: %s: %s", p.Error.Code, remedy(p.Error.Code), userText(&p))
}

func remedy(code string) string {
	switch code {
	case "RATE_LIMIT_EXCEEDED", "SERVICE_UNAVAILABLE", "VALIDATION_FAILED": // want `VALIDATION_FAILED is tried again like RATE_LIMIT_EXCEEDED, but Aelix asks to mend the request`
		return "retry"
	case "TOKEN_EXPIRED":
		return "renew"
	default:
		return "give up"
	}
}

func userText(p *problem) string {
	switch p.Error.Code { // want `ends as an empty text here`
	case "INSUFFICIENT_FUNDS":
		return "There is not enough money on the account."
	case "ACCOUNT_CLOSED":
		return "The account is closed."
	}
	return ""
}

// textFor is asked by those who know that it may have none.
func textFor(code string) string {
	switch code {
	case "INSUFFICIENT_FUNDS":
		return "There is not enough money on the account."
	case "ACCOUNT_CLOSED":
		return "The account is closed."
	}
	return ""
}

func show(code string) string {
	if text := textFor(code); text != "" {
		return text
	}
	return "Something went wrong: " + code
}

// A new token and a pause may both be wanted before the next attempt.
func retryable(code string) bool {
	switch code {
	case "TOKEN_EXPIRED", "RATE_LIMIT_EXCEEDED", "INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE":
		return true
	}
	return false
}

func notRetryable(code string) bool {
	return code == "VALIDATION_FAILED" || code == "ACCOUNT_CLOSED" || code == "INSUFFICIENT_FUNDS"
}

var _ = notRetryable

// Package other calls somebody whose codes look like a vendor's.
package other

import (
	"fmt"
	"net/http"
)

func call(c *http.Client) error {
	resp, err := c.Get("https://api.example.com/v1/items")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("items: %s", resp.Status)
	}
	return nil
}

func retryable(code int) bool {
	switch code {
	case 20002, 40001, 50002:
		return true
	}
	return false
}

func text(code string) string {
	switch code {
	case "RATE_LIMIT_EXCEEDED", "VALIDATION_FAILED":
		return "try again some time later"
	}
	return ""
}

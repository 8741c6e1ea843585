// Package mixed talks to a vendor and to somebody else: one number alone may be
// either's.
package mixed

import (
	"fmt"
	"net/http"
)

func call(c *http.Client, url string) error {
	resp, err := c.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return nil
}

func both(c *http.Client) error {
	if err := call(c, "https://api.flanks.io/v0/x"); err != nil {
		return err
	}
	return call(c, "https://open.example.org/cgi-bin/token")
}

func retryOne(errcode int) bool {
	return errcode == 40001 // somebody's expired token
}

func retrySeveral(errcode int) bool {
	return errcode == 20002 || errcode == 50002 // want `50002 is tried again like 20002`
}

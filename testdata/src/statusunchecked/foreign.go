package statusunchecked

import (
	"encoding/gob"
	"io"
	"net/http"

	"statusunchecked/other"
)

// foreignDecoder decodes with something that is given nothing but the body.
func foreignDecoder(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `taken for a success`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return other.NewDecoder(resp.Body).Decode(v)
}

func gobbed(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `taken for a success`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return gob.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(v)
}

package statusunchecked

import (
	"io"
	"net/http"
)

type kept struct {
	Code   int
	Header http.Header
	Data   []byte
}

// Whoever gets it has the status beside the body.
func keep(c *http.Client, url string) (*kept, error) {
	resp, err := c.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	k := kept{
		Code:   resp.StatusCode,
		Header: resp.Header,
	}
	if k.Data, err = io.ReadAll(resp.Body); err != nil {
		return nil, err
	}
	return &k, nil
}

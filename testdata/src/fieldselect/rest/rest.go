// Package rest calls with another library.
package rest

import (
	"errors"

	"github.com/go-resty/resty/v2"
)

type account struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

type page struct {
	Data       []account `json:"data"`
	Pagination struct {
		NextCursor string `json:"next_cursor"`
	} `json:"pagination"`
}

func open(c *resty.Client) (n int, next string, err error) {
	var p page
	resp, err := c.R().SetResult(&p).SetQueryParam("limit", "100").Get("https://api.aelix.digitalapi.ai/v1/accounts") // want `every member of each item is sent, and this uses id,status alone`
	if err != nil {
		return 0, "", err
	}
	if resp.IsError() {
		return 0, "", errors.New(resp.Status())
	}
	for _, a := range p.Data {
		if a.ID != "" && a.Status == "open" {
			n++
		}
	}
	return n, p.Pagination.NextCursor, nil
}

func given(c *resty.Client, query map[string]string) (int, error) {
	var p page
	resp, err := c.R().SetResult(&p).SetQueryParams(query).Get("https://api.aelix.digitalapi.ai/v1/accounts")
	if err != nil {
		return 0, err
	}
	if resp.IsError() {
		return 0, errors.New(resp.Status())
	}
	return len(p.Data), nil
}

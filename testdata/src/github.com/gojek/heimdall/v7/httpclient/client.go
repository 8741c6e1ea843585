// Package httpclient is a stub for fixtures.
package httpclient

import (
	"io"
	"net/http"
	"time"
)

type Client struct{ retryCount int }

type Option func(*Client)

func NewClient(opts ...Option) (c *Client)             { return }
func WithHTTPTimeout(timeout time.Duration) (o Option) { return }
func WithRetryCount(retryCount int) (o Option)         { return }

func (c *Client) Get(url string, headers http.Header) (resp *http.Response, err error) { return }
func (c *Client) Post(url string, body io.Reader, headers http.Header) (resp *http.Response, err error) {
	return
}
func (c *Client) Put(url string, body io.Reader, headers http.Header) (resp *http.Response, err error) {
	return
}
func (c *Client) Do(request *http.Request) (resp *http.Response, err error) { return }

// Package fasthttp is a stub for fixtures.
package fasthttp

import "time"

type Client struct {
	ReadTimeout, WriteTimeout time.Duration
	MaxConnsPerHost           int
}

type Request struct{}

type Response struct{}

func (r *Response) StatusCode() (code int) { return }

func Get(dst []byte, url string) (code int, body []byte, err error)                         { return }
func (c *Client) Get(dst []byte, url string) (code int, body []byte, err error)             { return }
func (c *Client) Do(req *Request, resp *Response) (err error)                               { return }
func (c *Client) DoTimeout(req *Request, resp *Response, timeout time.Duration) (err error) { return }
func (c *Client) DoDeadline(req *Request, resp *Response, deadline time.Time) (err error)   { return }
func (req *Request) SetTimeout(t time.Duration)                                             {}

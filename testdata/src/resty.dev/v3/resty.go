// Package resty is a stub for fixtures.
package resty

import (
	"context"
	"time"
)

type Client struct{}

type Request struct{}

type Response struct{}

func New() (c *Client)                                         { return }
func (c *Client) R() (r *Request)                              { return }
func (c *Client) SetTimeout(d time.Duration) *Client           { return c }
func (c *Client) SetRetryCount(count int) *Client              { return c }
func (r *Request) SetBody(body any) *Request                   { return r }
func (r *Request) Post(url string) (resp *Response, err error) { return }
func (r *Request) SetContext(ctx context.Context) *Request     { return r }
func (r *Request) SetTimeout(d time.Duration) *Request         { return r }
func (r *Request) SetResult(v any) *Request                    { return r }
func (r *Request) Get(url string) (resp *Response, err error)  { return }
func (r *Response) Status() (s string)                         { return }

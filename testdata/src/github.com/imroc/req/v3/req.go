// Package req is a stub for fixtures.
package req

import (
	"context"
	"time"
)

type Client struct{}

type Request struct{}

type Response struct{ Err error }

func C() (c *Client)                                          { return }
func (c *Client) R() (r *Request)                             { return }
func (c *Client) SetTimeout(d time.Duration) *Client          { return c }
func (r *Request) SetContext(ctx context.Context) *Request    { return r }
func (r *Request) SetSuccessResult(v any) *Request            { return r }
func (r *Request) Get(url string) (resp *Response, err error) { return }
func (r *Response) IsErrorState() (b bool)                    { return }
func (r *Response) GetStatus() (s string)                     { return }

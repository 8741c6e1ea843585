// Package retryablehttp is a stub for fixtures.
package retryablehttp

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

type ReaderFunc func() (io.Reader, error)

type Request struct {
	*http.Request
}

func (r *Request) WithContext(ctx context.Context) (req *Request) { return }
func (r *Request) BodyBytes() (body []byte, err error)            { return }
func (r *Request) SetBody(rawBody interface{}) (err error)        { return }

func NewRequest(method, url string, rawBody interface{}) (req *Request, err error) { return }
func NewRequestWithContext(ctx context.Context, method, url string, rawBody interface{}) (req *Request, err error) {
	return
}
func FromRequest(r *http.Request) (req *Request, err error) { return }

type (
	RequestLogHook  func(Logger, *http.Request, int)
	ResponseLogHook func(Logger, *http.Response)
	CheckRetry      func(ctx context.Context, resp *http.Response, err error) (bool, error)
	Backoff         func(min, max time.Duration, attemptNum int, resp *http.Response) time.Duration
	ErrorHandler    func(resp *http.Response, err error, numTries int) (*http.Response, error)
	PrepareRetry    func(req *http.Request) error
)

type Logger interface {
	Printf(string, ...interface{})
}

type Client struct {
	HTTPClient      *http.Client
	Logger          interface{}
	RetryWaitMin    time.Duration
	RetryWaitMax    time.Duration
	RetryMax        int
	RequestLogHook  RequestLogHook
	ResponseLogHook ResponseLogHook
	CheckRetry      CheckRetry
	Backoff         Backoff
	ErrorHandler    ErrorHandler
	PrepareRetry    PrepareRetry
}

func NewClient() (c *Client) { return }

func (c *Client) Do(req *Request) (resp *http.Response, err error) { return }
func (c *Client) Get(url string) (resp *http.Response, err error)  { return }
func (c *Client) Head(url string) (resp *http.Response, err error) { return }
func (c *Client) StandardClient() (client *http.Client)            { return }
func (c *Client) Post(url, bodyType string, body interface{}) (resp *http.Response, err error) {
	return
}
func (c *Client) PostForm(url string, data url.Values) (resp *http.Response, err error) { return }

func Get(url string) (resp *http.Response, err error)  { return }
func Head(url string) (resp *http.Response, err error) { return }
func Post(url, bodyType string, body interface{}) (resp *http.Response, err error) {
	return
}
func PostForm(url string, data url.Values) (resp *http.Response, err error) { return }

func DefaultRetryPolicy(ctx context.Context, resp *http.Response, err error) (again bool, cause error) {
	if err != nil {
		return true, nil
	}
	return resp.StatusCode == 429 || resp.StatusCode >= 500, nil
}
func ErrorPropagatedRetryPolicy(ctx context.Context, resp *http.Response, err error) (again bool, cause error) {
	return
}
func DefaultBackoff(min, max time.Duration, attemptNum int, resp *http.Response) (d time.Duration) {
	return
}
func LinearJitterBackoff(min, max time.Duration, attemptNum int, resp *http.Response) (d time.Duration) {
	return
}
func PassthroughErrorHandler(resp *http.Response, err error, _ int) (*http.Response, error) {
	return resp, err
}

type RoundTripper struct {
	Client *Client
}

func (rt *RoundTripper) RoundTrip(req *http.Request) (resp *http.Response, err error) { return }

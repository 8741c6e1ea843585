// Package resty is a stub for fixtures.
package resty

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"time"
)

type (
	RetryConditionFunc func(*Response, error) bool
	RetryAfterFunc     func(*Client, *Response) (time.Duration, error)
	OnRetryFunc        func(*Response, error)
	RequestMiddleware  func(*Client, *Request) error
	ResponseMiddleware func(*Client, *Response) error
	ErrorHook          func(*Request, error)
)

type Client struct {
	BaseURL          string
	HostURL          string
	Header           http.Header
	Token            string
	Error            reflect.Type
	RetryCount       int
	RetryWaitTime    time.Duration
	RetryMaxWaitTime time.Duration
	RetryConditions  []RetryConditionFunc
	RetryAfter       RetryAfterFunc
}

func New() (c *Client)                                                   { return }
func NewWithClient(hc *http.Client) (c *Client)                          { return }
func (c *Client) R() (r *Request)                                        { return }
func (c *Client) NewRequest() (r *Request)                               { return }
func (c *Client) GetClient() (hc *http.Client)                           { return }
func (c *Client) SetBaseURL(url string) *Client                          { return c }
func (c *Client) SetHostURL(url string) *Client                          { return c }
func (c *Client) SetHeader(header, value string) *Client                 { return c }
func (c *Client) SetHeaders(headers map[string]string) *Client           { return c }
func (c *Client) SetQueryParam(param, value string) *Client              { return c }
func (c *Client) SetAuthToken(token string) *Client                      { return c }
func (c *Client) SetAuthScheme(scheme string) *Client                    { return c }
func (c *Client) SetBasicAuth(username, password string) *Client         { return c }
func (c *Client) SetError(err interface{}) *Client                       { return c }
func (c *Client) SetTimeout(timeout time.Duration) *Client               { return c }
func (c *Client) SetTransport(transport http.RoundTripper) *Client       { return c }
func (c *Client) SetRetryCount(count int) *Client                        { return c }
func (c *Client) SetRetryWaitTime(waitTime time.Duration) *Client        { return c }
func (c *Client) SetRetryMaxWaitTime(maxWaitTime time.Duration) *Client  { return c }
func (c *Client) SetRetryAfter(callback RetryAfterFunc) *Client          { return c }
func (c *Client) AddRetryCondition(condition RetryConditionFunc) *Client { return c }
func (c *Client) AddRetryHook(hook OnRetryFunc) *Client                  { return c }
func (c *Client) OnBeforeRequest(m RequestMiddleware) *Client            { return c }
func (c *Client) OnAfterResponse(m ResponseMiddleware) *Client           { return c }
func (c *Client) OnError(h ErrorHook) *Client                            { return c }
func (c *Client) SetCloseConnection(close bool) *Client                  { return c }
func (c *Client) SetDoNotParseResponse(notParse bool) *Client            { return c }

type Request struct {
	URL        string
	Method     string
	Token      string
	AuthScheme string
	QueryParam url.Values
	FormData   url.Values
	Header     http.Header
	Body       interface{}
	Result     interface{}
	Error      interface{}
	RawRequest *http.Request
	Attempt    int
}

func (r *Request) SetContext(ctx context.Context) *Request                 { return r }
func (r *Request) SetHeader(header, value string) *Request                 { return r }
func (r *Request) SetHeaders(headers map[string]string) *Request           { return r }
func (r *Request) SetQueryParam(param, value string) *Request              { return r }
func (r *Request) SetQueryParams(params map[string]string) *Request        { return r }
func (r *Request) SetPathParam(param, value string) *Request               { return r }
func (r *Request) SetFormData(data map[string]string) *Request             { return r }
func (r *Request) SetBody(body interface{}) *Request                       { return r }
func (r *Request) SetResult(res interface{}) *Request                      { return r }
func (r *Request) SetError(err interface{}) *Request                       { return r }
func (r *Request) SetAuthToken(token string) *Request                      { return r }
func (r *Request) SetAuthScheme(scheme string) *Request                    { return r }
func (r *Request) SetBasicAuth(username, password string) *Request         { return r }
func (r *Request) SetOutput(file string) *Request                          { return r }
func (r *Request) SetDoNotParseResponse(notParse bool) *Request            { return r }
func (r *Request) ForceContentType(contentType string) *Request            { return r }
func (r *Request) AddRetryCondition(condition RetryConditionFunc) *Request { return r }
func (r *Request) Get(url string) (resp *Response, err error)              { return }
func (r *Request) Head(url string) (resp *Response, err error)             { return }
func (r *Request) Post(url string) (resp *Response, err error)             { return }
func (r *Request) Put(url string) (resp *Response, err error)              { return }
func (r *Request) Patch(url string) (resp *Response, err error)            { return }
func (r *Request) Delete(url string) (resp *Response, err error)           { return }
func (r *Request) Options(url string) (resp *Response, err error)          { return }
func (r *Request) Send() (resp *Response, err error)                       { return }
func (r *Request) Execute(method, url string) (resp *Response, err error)  { return }

type Response struct {
	Request     *Request
	RawResponse *http.Response
}

func (r *Response) Body() (body []byte)           { return }
func (r *Response) Status() (text string)         { return }
func (r *Response) StatusCode() (code int)        { return }
func (r *Response) Result() (v interface{})       { return }
func (r *Response) Error() (v interface{})        { return }
func (r *Response) Header() (h http.Header)       { return }
func (r *Response) String() (body string)         { return }
func (r *Response) Time() (d time.Duration)       { return }
func (r *Response) RawBody() (body io.ReadCloser) { return }
func (r *Response) IsSuccess() (ok bool)          { return }
func (r *Response) IsError() (ok bool)            { return }

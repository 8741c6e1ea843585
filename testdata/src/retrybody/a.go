package retrybody

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

func failed(resp *http.Response, err error) bool {
	if err != nil {
		return true
	}
	return resp.StatusCode >= 500
}

func end(resp *http.Response) {
	if resp != nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// The request is made above the loop.
func preparedAbove(c *http.Client, doc []byte) error {
	req, err := http.NewRequest("PUT", "https://api.example.com/doc", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	for range 3 {
		resp, err := c.Do(req) // want `every attempt sends the same request, whose body the first one uses up`
		if failed(resp, err) {
			end(resp)
			time.Sleep(time.Second)
			continue
		}
		end(resp)
		return nil
	}
	return errors.New("gave up")
}

// A body is set again at the head of the loop.
func rewound(c *http.Client, doc []byte) error {
	req, err := http.NewRequest("PUT", "https://api.example.com/doc", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	for attempt := range 3 {
		if attempt > 0 {
			if req.Body, err = req.GetBody(); err != nil {
				return err
			}
		}
		resp, err := c.Do(req)
		if !failed(resp, err) {
			end(resp)
			return nil
		}
		end(resp)
		time.Sleep(time.Second)
	}
	return errors.New("gave up")
}

// Nothing is sent with a GET.
func noBody(c *http.Client) (*http.Response, error) {
	req, err := http.NewRequest("GET", "https://api.example.com/doc", nil)
	if err != nil {
		return nil, err
	}
	for {
		resp, err := c.Do(req)
		if !failed(resp, err) {
			return resp, nil
		}
		end(resp)
		time.Sleep(time.Second)
	}
}

// The reader is made above the loop, each request is new.
func readerAbove(c *http.Client, doc string) error {
	body := strings.NewReader(doc)
	delay := time.Second
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequest("PUT", "https://api.example.com/doc", body)
		if err != nil {
			return err
		}
		resp, err := c.Do(req) // want `reads the same body reader`
		if attempt == 4 || !failed(resp, err) {
			end(resp)
			return err
		}
		end(resp)
		time.Sleep(delay)
		delay *= 2
	}
}

// The reader is set back.
func sought(c *http.Client, f *os.File) error {
	for attempt := 1; ; attempt++ {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		req, err := http.NewRequest("PUT", "https://api.example.com/doc", f)
		if err != nil {
			return err
		}
		resp, err := c.Do(req)
		if attempt == 4 || !failed(resp, err) {
			end(resp)
			return err
		}
		end(resp)
		time.Sleep(time.Second)
	}
}

// Each attempt writes the buffer anew.
func rewritten(c *http.Client, doc string) error {
	var buf bytes.Buffer
	for attempt := 1; ; attempt++ {
		buf.Reset()
		buf.WriteString(doc)
		resp, err := c.Post("https://api.example.com/doc", "text/plain", &buf)
		if attempt == 4 || !failed(resp, err) {
			end(resp)
			return err
		}
		end(resp)
		time.Sleep(time.Second)
	}
}

// goto is a loop too, and the reader is a parameter.
func again(c *http.Client, url string, body io.Reader) error {
	attempt := 0
retry:
	attempt++
	status, err := send(c, url, body) // want `reads the same body reader`
	if err != nil || status >= 500 {
		if attempt > 3 {
			return err
		}
		time.Sleep(time.Duration(attempt) * time.Second)
		goto retry
	}
	return nil
}

func send(c *http.Client, url string, body io.Reader) (int, error) {
	req, err := http.NewRequest("PUT", url, body)
	if err != nil {
		return 0, err
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, err
	}
	defer end(resp)
	return resp.StatusCode, nil
}

// A function that makes readers is fine.
func againMade(c *http.Client, url string, body func() io.Reader) error {
	attempt := 0
retry:
	attempt++
	status, err := send(c, url, body())
	if err != nil || status >= 500 {
		if attempt > 3 {
			return err
		}
		time.Sleep(time.Duration(attempt) * time.Second)
		goto retry
	}
	return nil
}

// Every caller passes nil.
func ask(c *http.Client, url string, body io.Reader) error {
	for attempt := range 3 {
		status, err := send(c, url, body)
		if err == nil && status < 500 {
			return nil
		}
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	return errors.New("gave up")
}

func asks(c *http.Client) error { return ask(c, "https://api.example.com/a", nil) }

// A transport gets requests with bodies.
type retrying struct {
	next  http.RoundTripper
	delay []time.Duration
}

func (t *retrying) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	for _, d := range t.delay {
		if !failed(resp, err) {
			break
		}
		end(resp)
		time.Sleep(d)
		resp, err = t.next.RoundTrip(req) // want `a request with a body is sent again after its body is used up`
	}
	return resp, err
}

// This one keeps the bytes.
type keeping struct{ next http.RoundTripper }

func (t *keeping) RoundTrip(req *http.Request) (*http.Response, error) {
	var doc []byte
	if req.Body != nil {
		var err error
		if doc, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	var resp *http.Response
	var err error
	for range 3 {
		if doc != nil {
			req.Body = io.NopCloser(bytes.NewReader(doc))
		}
		resp, err = t.next.RoundTrip(req)
		if !failed(resp, err) {
			break
		}
		end(resp)
		time.Sleep(time.Second)
	}
	return resp, err
}

// This one repeats reads only.
type gated struct{ next http.RoundTripper }

func (t *gated) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		resp, err := t.next.RoundTrip(req)
		if attempt == 3 || req.Method != http.MethodGet || !failed(resp, err) {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Second)
	}
}

// This one looks whether there is a body before.
type early struct{ next http.RoundTripper }

func (t *early) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil && req.Body != http.NoBody {
		return t.next.RoundTrip(req)
	}
	for attempt := 0; ; attempt++ {
		resp, err := t.next.RoundTrip(req)
		if attempt == 3 || !failed(resp, err) {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Second)
	}
}

// This one asks a function about the request.
type asking struct{ next http.RoundTripper }

func replayable(req *http.Request) bool { return req.Body == nil || req.GetBody != nil }

func (t *asking) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		one := req
		if attempt > 1 {
			next, err := replay(req)
			if err != nil {
				return nil, err
			}
			one = next
		}
		resp, err := t.next.RoundTrip(one)
		if attempt == 3 || !failed(resp, err) || !replayable(req) {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Second)
	}
}

func replay(req *http.Request) (*http.Request, error) {
	c := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		c.Body = body
	}
	return c, nil
}

type api struct {
	hc    *http.Client
	token string
}

func (a *api) refresh() error { a.token += "x"; return nil }

// After a new token the same request goes out.
func (a *api) call(req *http.Request) ([]byte, error) {
	if req.Body != nil {
		copied, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(os.Stderr, copied)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	resp, err := a.hc.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		end(resp)
		if err := a.refresh(); err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+a.token)
		if resp, err = a.hc.Do(req); err != nil { // want `sent again after its body is used up`
			return nil, err
		}
	}
	defer end(resp)
	return io.ReadAll(resp.Body)
}

// A clone shares the body.
func (a *api) cloned(req *http.Request) (*http.Response, error) {
	resp, err := a.hc.Do(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	end(resp)
	next := req.Clone(req.Context())
	next.Header.Set("Authorization", "Bearer "+a.token)
	return a.hc.Do(next) // want `sent again after its body is used up`
}

// The clone gets a body of its own.
func (a *api) clonedWell(req *http.Request) (*http.Response, error) {
	resp, err := a.hc.Do(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	end(resp)
	next, err := replay(req)
	if err != nil {
		return nil, err
	}
	return a.hc.Do(next)
}

// The same request, a GET, after a new token.
func (a *api) read(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com", http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := a.hc.Do(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	end(resp)
	return a.hc.Do(req)
}

// Recursion hands the used request on.
func (a *api) recursive(req *http.Request, left int) (*http.Response, error) {
	resp, err := a.hc.Do(req)
	if left > 0 && failed(resp, err) {
		end(resp)
		time.Sleep(time.Second)
		return a.recursive(req, left-1) // want `sent again after its body is used up`
	}
	return resp, err
}

// The request is in a field.
type builder struct {
	request *http.Request
	hc      *http.Client
	tries   int
}

func newBuilder(method, url string, body io.Reader) *builder {
	req, _ := http.NewRequest(method, url, body)
	return &builder{request: req, hc: http.DefaultClient}
}

func (b *builder) do() (*http.Response, error) {
	resp, err := b.hc.Do(b.request)
	if err != nil {
		return nil, err
	}
	for i := 0; i < b.tries && resp.StatusCode >= 500; i++ {
		end(resp)
		time.Sleep(time.Second)
		if resp, err = b.hc.Do(b.request); err != nil { // want `although the first attempt used its body up`
			return nil, err
		}
	}
	return resp, nil
}

// Items of a list have a body each.
func each(c *http.Client, docs [][]byte) {
	for _, doc := range docs {
		body := bytes.NewReader(doc)
		resp, err := c.Post("https://api.example.com/doc", "text/plain", body)
		if err != nil {
			continue
		}
		end(resp)
	}
}

// Items of a list, each with a retry that reads one reader.
func eachRetried(c *http.Client, docs [][]byte) {
	for _, doc := range docs {
		body := bytes.NewReader(doc)
		for range 3 {
			resp, err := c.Post("https://api.example.com/doc", "text/plain", body) // want `reads the same body reader`
			if !failed(resp, err) {
				end(resp)
				break
			}
			end(resp)
			time.Sleep(time.Second)
		}
	}
}

// Somebody else's signer is given the request: it may set the body.
type signer interface{ Sign(*http.Request) error }

func signed(c *http.Client, s signer, req *http.Request) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		if err := s.Sign(req); err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if attempt == 3 || !failed(resp, err) {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Second)
	}
}

// Two requests take turns.
func turns(c *http.Client) error {
	first, err := http.NewRequest(http.MethodGet, "https://api.example.com/a", nil)
	if err != nil {
		return err
	}
	second, err := http.NewRequest(http.MethodGet, "https://api.example.com/b", nil)
	if err != nil {
		return err
	}
	for range 4 {
		resp, err := c.Do(first)
		if err == nil {
			resp.Body.Close()
			return nil
		}
		first, second = second, first
	}
	return errors.New("no answer")
}

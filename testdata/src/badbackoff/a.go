package badbackoff

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

func end(resp *http.Response) {
	if resp != nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

func failed(resp *http.Response, err error) bool {
	return err != nil || resp.StatusCode >= 500 || resp.StatusCode == 429
}

// All attempts at once.
func rush(c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Get(url) // want `repeated at once when it fails`
		if attempt == 10 || !failed(resp, err) {
			return resp, err
		}
		end(resp)
	}
}

// A second try at once does little harm.
func second(c *http.Client, url string) (*http.Response, error) {
	var resp *http.Response
	var err error
	for range 2 {
		resp, err = c.Get(url) // want `repeated at once when it fails`
		if !failed(resp, err) {
			return resp, nil
		}
		end(resp)
	}
	return nil, err
}

// Nothing ends this one.
func spin(c *http.Client, next func() string) []byte {
	for {
		resp, err := c.Get(next()) // want `repeated at once and without an end`
		if err != nil {
			continue
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 200 {
			continue
		}
		return b
	}
}

// With goto, at once.
func jump(c *http.Client, url string, tries int) error {
	attempt := 0
retry:
	attempt++
	resp, err := c.Get(url) // want `repeated at once when it fails`
	if err != nil {
		if attempt <= tries {
			goto retry
		}
		return err
	}
	end(resp)
	return nil
}

func jumpSlowly(c *http.Client, url string, tries int) error {
	attempt := 0
retry:
	attempt++
	resp, err := c.Get(url)
	if err != nil {
		if attempt <= tries {
			time.Sleep(time.Duration(attempt) * time.Second)
			goto retry
		}
		return err
	}
	end(resp)
	return nil
}

// A token that is refused again is renewed for ever.
func renewed(c *http.Client, req *http.Request, token func() string) (*http.Response, error) {
again:
	resp, err := c.Do(req) // want `as long as the answer is 401 or 403`
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		end(resp)
		req.Header.Set("Authorization", "Bearer "+token())
		goto again
	}
	return resp, nil
}

func renewedOnce(c *http.Client, req *http.Request, token func() string) (*http.Response, error) {
	renewed := false
again:
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized && !renewed {
		end(resp)
		renewed = true
		req.Header.Set("Authorization", "Bearer "+token())
		goto again
	}
	return resp, nil
}

// The context ends, the sleep does not.
func deaf(ctx context.Context, c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
		if err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if attempt == 5 || !failed(resp, err) {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second) // want `ignores the context at hand`
	}
}

func hears(ctx context.Context, c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
		if err != nil {
			return nil, err
		}
		resp, err := c.Do(req)
		if attempt == 5 || !failed(resp, err) {
			return resp, err
		}
		end(resp)
		if err := pause(ctx, time.Duration(attempt)*time.Second); err != nil {
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A sleep function in a field, the context in the request.
type transport struct {
	next   http.RoundTripper
	sleep  func(time.Duration)
	delays []time.Duration
}

func newTransport() *transport {
	return &transport{http.DefaultTransport, time.Sleep, []time.Duration{time.Second}}
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	for _, d := range t.delays {
		if !failed(resp, err) {
			break
		}
		end(resp)
		t.sleep(d) // want `ignores the context at hand`
		resp, err = t.next.RoundTrip(req)
	}
	return resp, err
}

// What is repeated is a parameter.
func withRetries[T any](ctx context.Context, tries int, operation func() (T, error)) (T, error) {
	var zero T
	var last error
	for attempt := 1; attempt <= tries; attempt++ {
		v, err := operation()
		if err == nil {
			return v, nil
		}
		last = err
		time.Sleep(time.Duration(attempt) * time.Second) // want `ignores the context at hand`
	}
	return zero, last
}

func mine(ctx context.Context, err error) bool { return err != nil && ctx.Err() == nil }

// The context decides about errors, the sleep goes on.
func askingRetries[T any](ctx context.Context, operation func() (T, error)) (T, error) {
	for attempt := 1; ; attempt++ {
		v, err := operation()
		if err == nil || !mine(ctx, err) || attempt == 5 {
			return v, err
		}
		time.Sleep(time.Duration(attempt) * time.Second) // want `ignores the context at hand`
	}
}

func hearingRetries[T any](ctx context.Context, tries int, operation func() (T, error)) (T, error) {
	var zero T
	var last error
	for attempt := 1; attempt <= tries; attempt++ {
		v, err := operation()
		if err == nil {
			return v, nil
		}
		last = err
		if err := pause(ctx, time.Second); err != nil {
			return zero, err
		}
	}
	return zero, last
}

// Pages.
func pages(c *http.Client, next func([]byte) string) error {
	url := "https://api.example.com/list"
	for url != "" {
		resp, err := c.Get(url)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 200 {
			return errors.New(resp.Status)
		}
		url = next(b)
	}
	return nil
}

// holder is an answer in a type of one's own, so that it is not known which
// error came with which answer.
type holder struct {
	status int
	body   io.ReadCloser
	next   int
}

type refused struct{ Message string }

func (r *refused) Error() string { return r.Message }

func hold(c *http.Client, url string) (*holder, error) {
	resp, err := c.Get(url)
	if err != nil {
		return nil, err
	}
	h := &holder{status: resp.StatusCode, body: resp.Body}
	h.next, _ = strconv.Atoi(resp.Header.Get("X-Next"))
	return h, nil
}

func list(c *http.Client, url string, into any) (*holder, error) {
	h, err := hold(c, url)
	if err != nil {
		return nil, err
	}
	defer h.body.Close()
	if h.status == 401 {
		return h, errors.New("not authorized")
	} else if h.status > 300 {
		err := new(refused)
		json.NewDecoder(h.body).Decode(err)
		return h, err
	}
	if into == nil {
		return h, nil
	}
	return h, json.NewDecoder(h.body).Decode(into)
}

// Pages of such answers.
func heldPages(c *http.Client, want string) (bool, error) {
	page := 1
	for {
		var names []string
		h, err := list(c, "https://api.example.com/list?page="+strconv.Itoa(page), &names)
		if err != nil {
			return false, err
		}
		if slices.Contains(names, want) {
			return true, nil
		}
		if h.next == 0 {
			return false, nil
		}
		page = h.next
	}
}

// Items, each once.
func items(c *http.Client, urls []string) {
	for _, url := range urls {
		req, err := http.NewRequest("DELETE", url, nil)
		if err != nil {
			continue
		}
		resp, err := c.Do(req)
		if err != nil {
			continue
		}
		if resp.StatusCode != 204 {
			println(resp.Status)
		}
		end(resp)
	}
}

// One place after the other.
func places(c *http.Client, urls []string) error {
	for _, url := range urls {
		if fetched(c, url) {
			return nil
		}
	}
	return errors.New("nowhere")
}

func fetched(c *http.Client, url string) bool {
	resp, err := c.Get(url)
	if err != nil {
		return false
	}
	end(resp)
	return resp.StatusCode == 200
}

// A limiter waits.
type limiter interface{ Wait(context.Context) error }

func limited(ctx context.Context, l limiter, c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		if err := l.Wait(ctx); err != nil {
			return nil, err
		}
		resp, err := c.Get(url)
		if attempt == 10 || !failed(resp, err) {
			return resp, err
		}
		end(resp)
	}
}

// A ticker paces the attempts.
func ticked(ctx context.Context, c *http.Client, url string) error {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		resp, err := c.Get(url)
		if !failed(resp, err) {
			end(resp)
			return nil
		}
		end(resp)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
}

// A number without a unit.
func nanoseconds(c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Get(url)
		if attempt == 10 || !failed(resp, err) {
			return resp, err
		}
		end(resp)
		time.Sleep(100) // want `this delay is 100 nanoseconds`
	}
}

// The helper waits, not what it is given.
func given(ctx context.Context, c *http.Client, url string) (*http.Response, error) {
	return hearingRetries(ctx, 10, func() (*http.Response, error) {
		resp, err := c.Get(url)
		if err == nil && resp.StatusCode >= 500 {
			end(resp)
			err = errors.New(resp.Status)
		}
		return resp, err
	})
}

package retryclass

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

func end(resp *http.Response) {
	if resp != nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// Whatever is not a success is sent again.
func everything(c *http.Client, url string) (*http.Response, error) {
	var last error
	for attempt := range 4 {
		resp, err := c.Get(url) // want `answered with 400 or 422 is sent again although it stays refused`
		if err == nil && resp.StatusCode < 400 {
			return resp, nil
		}
		last = err
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	return nil, fmt.Errorf("gave up: %v", last)
}

// A new token is a reason to come again.
func renewed(c *http.Client, url string, token func() string) (*http.Response, error) {
	for range 2 {
		req, err := http.NewRequest("GET", url, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token())
		resp, err := c.Do(req)
		if err != nil || resp.StatusCode != http.StatusUnauthorized {
			return resp, err
		}
		end(resp)
	}
	return nil, errors.New("not let in")
}

// What was created a moment ago may not be there yet.
func appears(c *http.Client, url string) (*http.Response, error) {
	for attempt := range 4 {
		resp, err := c.Get(url)
		if err != nil || resp.StatusCode != http.StatusNotFound {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	return nil, errors.New("not there")
}

func passing(status int) bool { return status >= 500 }

// 429 is an answer like any other here.
func withoutLimits(c *http.Client, url string) (*http.Response, error) {
	var last error
	for attempt := range 4 {
		resp, err := c.Get(url) // want `5xx is repeated and 429 is not`
		if err == nil && !passing(resp.StatusCode) {
			return resp, nil
		}
		last = err
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	return nil, fmt.Errorf("gave up: %v", last)
}

// busy does not count 429: it shuts us out for ten minutes, which is too long to wait.
func busy(status int) bool { return status >= 500 }

func limitsExplained(c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Get(url)
		if attempt == 4 || err == nil && !busy(resp.StatusCode) {
			return resp, err
		}
		end(resp)
		time.Sleep(time.Duration(attempt) * time.Second)
	}
}

func retryable(status int) bool { return status == http.StatusTooManyRequests || status >= 500 }

// A delay of its own, whatever the server asks for.
func impatient(ctx context.Context, c *http.Client, req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Do(req) // want `429 is repeated after a delay of its own`
		if attempt == 4 || err == nil && !retryable(resp.StatusCode) {
			return resp, err
		}
		end(resp)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(attempt) * time.Second):
		}
	}
}

func asked(resp *http.Response, attempt int) time.Duration {
	d := time.Duration(attempt) * time.Second
	if resp == nil || resp.StatusCode != http.StatusTooManyRequests {
		return d
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		return time.Duration(s) * time.Second
	}
	return d
}

// As long as the server asks for.
func patient(ctx context.Context, c *http.Client, req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Do(req)
		if attempt == 4 || err == nil && !retryable(resp.StatusCode) {
			return resp, err
		}
		d := asked(resp, attempt)
		end(resp)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(d):
		}
	}
}

// 5xx again, but a broken connection is final.
func connections(c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Get(url) // want `5xx is repeated and a network error is not`
		if err != nil {
			return nil, err
		}
		if attempt == 4 || !retryable(resp.StatusCode) {
			return resp, nil
		}
		d := asked(resp, attempt)
		end(resp)
		time.Sleep(d)
	}
}

// For a write nobody knows what came of the broken connection.
func writes(c *http.Client, url string) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := c.Post(url, "", nil)
		if err != nil {
			return nil, err
		}
		if attempt == 4 || !retryable(resp.StatusCode) {
			return resp, nil
		}
		d := asked(resp, attempt)
		end(resp)
		time.Sleep(d)
	}
}

// The error of the last attempt is another variable.
func lost(c *http.Client, url string) (*http.Response, error) {
	var err error
	for attempt := range 4 {
		resp, err := c.Get(url) // want `when the last attempt of this call fails, nil and no error is returned`
		if err == nil && !retryable(resp.StatusCode) {
			return resp, nil
		}
		time.Sleep(asked(resp, attempt))
		end(resp)
	}
	return nil, err
}

// Each item is asked for once.
func items(c *http.Client, urls []string) (n int) {
	for _, url := range urls {
		resp, err := c.Get(url)
		if err != nil || resp.StatusCode != 200 {
			end(resp)
			continue
		}
		end(resp)
		n++
	}
	return n
}

// One host after the other.
func mirrors(c *http.Client, hosts []string) (*http.Response, error) {
	for _, host := range hosts {
		resp, err := c.Get("https://" + host + "/list")
		if err == nil && resp.StatusCode == 200 {
			return resp, nil
		}
		end(resp)
	}
	return nil, errors.New("no mirror answers")
}

// The error's code decides.
func coded(c *http.Client, url string) error {
	for {
		resp, err := c.Get(url)
		if err != nil {
			return err
		}
		if resp.StatusCode == 200 {
			end(resp)
			return nil
		}
		var e struct {
			Code string `json:"code"`
		}
		err = json.NewDecoder(resp.Body).Decode(&e)
		resp.Body.Close()
		if err != nil || e.Code != "PENDING" {
			return errors.New(e.Code)
		}
		time.Sleep(time.Second)
	}
}

// brokenOff comes again where the answer could not be read to its end, and
// after 5xx and 429 (at once, which is another matter): a 400 that arrived is left.
func brokenOff(c *http.Client, url string) (int, []byte, error) {
	for attempt := 1; ; attempt++ {
		status, body, err := whole(c, url) // want `429 is repeated after a delay of its own` `when the last attempt of this call fails, nil and no error is returned`
		if err != nil || status >= 500 || status == http.StatusTooManyRequests {
			if attempt == 4 {
				return 0, nil, err
			}
			time.Sleep(time.Duration(attempt) * time.Second)
			continue
		}
		return status, body, nil
	}
}

func whole(c *http.Client, url string) (int, []byte, error) {
	resp, err := c.Get(url)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	return resp.StatusCode, body, nil
}

// Ticks: each round is a check of its own.
func watches(c *http.Client, url string, every time.Duration, set func([]byte)) {
	check := func() {
		resp, err := c.Get(url)
		if err != nil {
			return
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return
		}
		var v struct{ Version string }
		if json.Unmarshal(body, &v) == nil && v.Version != "" {
			set(body)
		}
	}
	check()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for range ticker.C {
		check()
	}
}

// fetch gives the status as well.
func fetch(c *http.Client, url string) (int, []byte, error) {
	resp, err := c.Get(url)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	return resp.StatusCode, b, nil
}

// The error of the last attempt is nil where there was an answer.
func fetchAgain(c *http.Client, url string, tries int) (int, []byte, error) {
	for attempt := 1; ; attempt++ {
		status, b, err := fetch(c, url) // want `when the last attempt of this call fails, nil and no error is returned` `429 is repeated`
		if err != nil || status >= 500 || status == 429 {
			if attempt >= tries {
				return 0, nil, err
			}
			time.Sleep(time.Duration(attempt) * time.Second)
			continue
		}
		return status, b, nil
	}
}

func fetchAgainRight(c *http.Client, url string, tries int) (int, []byte, error) {
	for attempt := 1; ; attempt++ {
		status, b, err := fetch(c, url) // want `429 is repeated`
		if err != nil || status >= 500 || status == 429 {
			if attempt >= tries {
				return status, b, err
			}
			time.Sleep(time.Duration(attempt) * time.Second)
			continue
		}
		return status, b, nil
	}
}

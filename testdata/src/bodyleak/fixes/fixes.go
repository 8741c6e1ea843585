package fixes

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

func never(c *http.Client) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode != 200 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

func moved(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	} // the API answers 200 only

	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", resp.Status)
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func readToTheEnd(c *http.Client) ([]byte, error) {
	resp, err := c.Get("https://api.example.com") // want `never closed`
	if err != nil {
		panic(err)
	}
	return io.ReadAll(resp.Body)
}

func inClosure(c *http.Client) func() error {
	return func() error {
		resp, err := c.Get("https://api.example.com") // want `not closed`
		if err != nil {
			return err
		}
		return json.NewDecoder(bufio.NewReader(resp.Body)).Decode(new(int))
	}
}

func send(ctx context.Context, c *http.Client, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", path, nil)
	if err != nil {
		return nil, err
	}
	return c.Do(req)
}

func byWrapper(ctx context.Context, c *http.Client) error {
	answer, err := send(ctx, c, "/items") // want `not closed`
	if err != nil {
		return err
	}
	if answer.StatusCode >= 400 {
		return errors.New(answer.Status)
	}
	return nil
}

func onlyBody(ctx context.Context, c *http.Client, v any) error {
	b, err := opened(ctx, c) // want `not closed`
	if err != nil {
		return err
	}
	return json.NewDecoder(b).Decode(v)
}

func discarded(c *http.Client) error {
	_, err := c.Get("https://api.example.com") // want `not closed`
	return err
}

func discardedBody(ctx context.Context, c *http.Client) error {
	if _, err := opened(ctx, c); err != nil { // want `not closed`
		return err
	}
	_, err := opened(ctx, c) // want `not closed`
	return err
}

// What follows has no fix: one edit would be wrong or not enough.

func closedElsewhere(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode != 200 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	err = json.NewDecoder(resp.Body).Decode(v)
	resp.Body.Close()
	return err
}

func closedByHelper(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode != 200 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	defer drain(resp)
	return json.NewDecoder(resp.Body).Decode(v)
}

func drain(resp *http.Response) {
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

func closedTwice(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode == 404 {
		return nil
	}
	if resp.StatusCode != 200 {
		drain(resp)
		return errors.New("refused")
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func handedOut(c *http.Client) (io.ReadCloser, error) {
	resp, err := c.Get("https://api.example.com") // want `not closed when the answer is not 200`
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return resp.Body, nil
}

func inLoop(c *http.Client, urls []string) error {
	for _, u := range urls {
		resp, err := c.Get(u) // want `not closed`
		if err != nil {
			return err
		}
		if resp.StatusCode != 200 {
			return errors.New(resp.Status)
		}
	}
	return nil
}

func goesOn(c *http.Client) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		fmt.Println(err)
	}
	if resp == nil {
		return err
	}
	return nil
}

func commented(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", resp.Status)
	}
	// The body of a good answer is large.
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func nameTaken(c *http.Client, resp string) error {
	_, err := c.Get("https://api.example.com" + resp) // want `not closed`
	return err
}

func assigned(c *http.Client) (err error) {
	_, err = c.Get("https://api.example.com") // want `not closed`
	return err
}

func checkedWithElse(c *http.Client) (n int, err error) {
	resp, err := c.Get("https://api.example.com") // want `not closed`
	if err != nil {
		return 0, err
	} else if resp.StatusCode != 200 {
		return 0, errors.New("refused")
	}
	return 1, nil
}

func mayBeMissing(ctx context.Context, c *http.Client) error {
	resp, err := maybe(ctx, c) // want `not closed`
	if err != nil {
		return err
	}
	if resp == nil {
		return nil
	}
	return errors.New(resp.Status)
}

func maybe(ctx context.Context, c *http.Client) (*http.Response, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	return send(ctx, c, "/maybe")
}

func twoAnswers(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com/1") // want `not closed`
	if err != nil {
		return err
	}
	resp, err = c.Get("https://api.example.com/2")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func opened(ctx context.Context, c *http.Client) (io.ReadCloser, error) {
	resp, err := send(ctx, c, "/body")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

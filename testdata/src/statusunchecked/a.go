package statusunchecked

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
)

type account struct{ Balance string }

func decoded(c *http.Client) (*account, error) {
	resp, err := c.Get("https://api.example.com") // want `status 4xx or 5xx is taken for a success`
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var a account
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return nil, err
	}
	return &a, nil
}

func readAll(c *http.Client) ([]byte, error) {
	resp, err := c.Get("https://api.example.com") // want `taken for a success`
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func offByOne(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `status 400 is taken for a success`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode > 400 {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func serverOnly(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `status 4xx is taken for a success`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 500 {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func notFoundOnly(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com") // want `taken for a success`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		return errors.New("not found")
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func writeAcknowledged(c *http.Client, body io.Reader) error {
	resp, err := c.Post("https://api.example.com", "application/json", body) // want `is reported as done`
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func bodyOut(c *http.Client) (io.ReadCloser, error) {
	resp, err := c.Get("https://api.example.com") // want `taken for a success`
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

func pair(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 500 {
		return errors.New("server")
	}
	if resp.StatusCode != 200 {
		return errors.New("client")
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func class(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func ok(code int) bool { return code >= 200 && code < 300 }

func check(resp *http.Response) error {
	if ok(resp.StatusCode) {
		return nil
	}
	return fmt.Errorf("status %d", resp.StatusCode)
}

func helper(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := check(resp); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func switched(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case 200, 201:
		return json.NewDecoder(resp.Body).Decode(v)
	case 404:
		return nil
	default:
		return errors.New(resp.Status)
	}
}

func statusText(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.Status != "200 OK" {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func functionValue(c *http.Client, v any, check func(int) error) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := check(resp.StatusCode); err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

type result struct {
	OK   bool
	Data string
}

func bodyTells(c *http.Client) (string, error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var r result
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		return "", err
	}
	if !r.OK {
		return "", errors.New("failed")
	}
	return r.Data, nil
}

func statusReturned(c *http.Client) (int, []byte, error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, b, err
}

func proxy(c *http.Client, w http.ResponseWriter) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	w.WriteHeader(resp.StatusCode)
	io.Copy(w, resp.Body)
}

type client struct{ hc *http.Client }

func (c *client) raw(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", "https://api.example.com", nil)
	if err != nil {
		return nil, err
	}
	return c.hc.Do(req)
}

func (c *client) viaRaw(ctx context.Context) (*account, error) {
	resp, err := c.raw(ctx) // want `taken for a success`
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var a account
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &a); err != nil {
		return nil, err
	}
	return &a, nil
}

func (c *client) checked(ctx context.Context) (*http.Response, error) {
	resp, err := c.raw(ctx)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		resp.Body.Close()
		return nil, errors.New(resp.Status)
	}
	return resp, nil
}

func (c *client) viaChecked(ctx context.Context) (*account, error) {
	resp, err := c.checked(ctx)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var a account
	return &a, json.NewDecoder(resp.Body).Decode(&a)
}

func logged(c *http.Client) {
	resp, err := c.Get("https://api.example.com") // want `taken for a success`
	if err != nil {
		log.Print(err)
		return
	}
	defer resp.Body.Close()
	log.Printf("status %d", resp.StatusCode)
	var buf bytes.Buffer
	if _, err := io.Copy(&buf, resp.Body); err != nil {
		return
	}
	fmt.Println(buf.String())
}

var accepted = map[int]bool{200: true}

func table(c *http.Client, v any) error {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if !accepted[resp.StatusCode] {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

type apiError struct{ Message string }

func structError(c *http.Client, v any) *apiError {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return &apiError{err.Error()}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return &apiError{err.Error()}
	}
	if resp.StatusCode > 299 {
		return &apiError{string(b)}
	}
	if err := json.Unmarshal(b, v); err != nil {
		return &apiError{err.Error()}
	}
	return nil
}

func boolean(c *http.Client) ([]byte, bool) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return nil, false
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, false
	}
	if resp.StatusCode != 200 {
		return nil, false
	}
	return b, true
}

func presence(c *http.Client) (string, error) {
	resp, err := c.Get("https://api.example.com")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var a account
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return "", err
	}
	if a.Balance == "" {
		return "", errors.New("no balance")
	}
	return a.Balance, nil
}

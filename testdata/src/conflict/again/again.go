// Package again makes a thing, and makes it once more when it did not hear that
// it was made.
package again

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

type statusError int

func (s statusError) Error() string { return http.StatusText(int(s)) }

type api struct {
	url    string
	client *http.Client
}

func (a *api) addUser(ctx context.Context, mail string) error {
	b, err := json.Marshal(map[string]string{"email": mail})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+"/users", bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		return statusError(res.StatusCode)
	}
	return nil
}

// Any error is tried again, the refusal too.
func (a *api) addUserTrying(ctx context.Context, mail string) error {
	var err error
	for try := 0; try < 5; try++ {
		if err = a.addUser(ctx, mail); err == nil { // want "409"
			return nil
		}
		time.Sleep(time.Second << try)
	}
	return fmt.Errorf("user %s: %w", mail, err)
}

// For ever.
func (a *api) addUserForever(ctx context.Context, mail string) error {
	for {
		err := a.addUser(ctx, mail) // want "409"
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// Only what may have been done: then the second answer is a refusal.
func (a *api) createBucket(ctx context.Context, name string) error {
	b, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return err
	}
	for attempt := range 4 {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+"/buckets", bytes.NewReader(b))
		if err != nil {
			return err
		}
		resp, err := a.client.Do(req) // want "409"
		if err != nil {
			time.Sleep(time.Duration(attempt+1) * time.Second)
			continue
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode >= 500 {
			time.Sleep(time.Duration(attempt+1) * time.Second)
			continue
		}
		if resp.StatusCode >= 300 {
			return fmt.Errorf("bucket %s: %s", name, resp.Status)
		}
		return nil
	}
	return errors.New("gave up")
}

// Recursion is a loop.
func (a *api) registerDevice(ctx context.Context, serial string, left int) error {
	b, _ := json.Marshal(map[string]string{"serial": serial})
	req, err := http.NewRequestWithContext(ctx, "POST", a.url+"/devices", bytes.NewReader(b))
	if err != nil {
		return err
	}
	resp, err := a.client.Do(req) // want "409"
	if err != nil {
		if left > 0 {
			return a.registerDevice(ctx, serial, left-1)
		}
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("device %s: %s", serial, resp.Status)
	}
	return nil
}

func withRetry(ctx context.Context, n int, f func(context.Context) error) error {
	var err error
	for i := range n {
		if err = f(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(i+1) * 200 * time.Millisecond):
		}
	}
	return err
}

func (a *api) createTenant(ctx context.Context, name string) error {
	return withRetry(ctx, 3, func(ctx context.Context) error {
		return a.post(ctx, "/tenants", map[string]string{"name": name}) // want "409"
	})
}

func (a *api) post(ctx context.Context, path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	res, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 400 {
		return statusError(res.StatusCode)
	}
	return nil
}

// It was there after a lost answer: that is what is wanted.
func (a *api) addUserRight(ctx context.Context, mail string) error {
	var err error
	for try := range 5 {
		err = a.addUser(ctx, mail)
		if err == nil || errors.Is(err, statusError(http.StatusConflict)) {
			return nil
		}
		time.Sleep(time.Second << try)
	}
	return err
}

// The lookup tells after the failure.
func (a *api) addUserOrFind(ctx context.Context, mail string) error {
	var err error
	for try := range 5 {
		if err = a.addUser(ctx, mail); err == nil {
			return nil
		}
		if ok, _ := a.hasUser(ctx, mail); ok {
			return nil
		}
		time.Sleep(time.Second << try)
	}
	return err
}

func (a *api) hasUser(ctx context.Context, mail string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/users/"+mail, nil)
	if err != nil {
		return false, err
	}
	res, err := a.client.Do(req)
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK, nil
}

// Its key makes the second the same as the first.
func (a *api) pay(ctx context.Context, key string, amount int) error {
	b, err := json.Marshal(map[string]int{"amount": amount})
	if err != nil {
		return err
	}
	for attempt := range 4 {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+"/customers", bytes.NewReader(b))
		if err != nil {
			return err
		}
		req.Header.Set("Idempotency-Key", key)
		resp, err := a.client.Do(req)
		if err != nil {
			time.Sleep(time.Duration(attempt+1) * time.Second)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode >= 300 {
			return fmt.Errorf("pay: %s", resp.Status)
		}
		return nil
	}
	return errors.New("gave up")
}

// Nothing was done after these.
func (a *api) createPatiently(ctx context.Context, name string) error {
	b, _ := json.Marshal(map[string]string{"name": name})
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+"/projects", bytes.NewReader(b))
		if err != nil {
			return err
		}
		resp, err := a.client.Do(req)
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusTooManyRequests {
			time.Sleep(time.Second)
			continue
		}
		if resp.StatusCode >= 300 {
			return fmt.Errorf("create: %s", resp.Status)
		}
		return nil
	}
}

// A login is no thing that is there.
func (a *api) login(ctx context.Context, user, password string) error {
	return withRetry(ctx, 3, func(ctx context.Context) error {
		return a.post(ctx, "/sessions/login", map[string]string{"user": user, "password": password})
	})
}

// The caller of those who tell him knows what a refusal may mean.
func (a *api) createPlan(ctx context.Context, name string) error {
	return withRetry(ctx, 3, func(ctx context.Context) error {
		return a.post(ctx, "/plans", map[string]string{"name": name})
	})
}

func (a *api) setUpPlan(ctx context.Context) error {
	err := a.createPlan(ctx, "basic")
	if e := statusError(0); errors.As(err, &e) && e == 409 {
		return nil
	}
	return err
}

// The same way out for the look and for the request.
func (a *api) status(ctx context.Context, method, path, body string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, err
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

func (a *api) hasVolume(ctx context.Context, name string) bool {
	code, err := a.status(ctx, http.MethodHead, "/volumes/"+name, "")
	return err == nil && code == http.StatusOK
}

func (a *api) makeVolume(ctx context.Context, name string) error {
	var why error
	for try := range 3 {
		code, err := a.status(ctx, http.MethodPost, "/volumes", name)
		if err == nil && code < 300 || a.hasVolume(ctx, name) {
			return nil
		}
		why = fmt.Errorf("volume %s: %d: %w", name, code, err)
		time.Sleep(time.Duration(try+1) * time.Second)
	}
	return why
}

// Package forms repeats requests in the forms that real clients have.
package forms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/avast/retry-go/v4"
)

// The error is asked about, but not what came of the request.

type busy struct{ after time.Duration }

func (b *busy) Error() string { return "busy" }

func createInvoice(c *http.Client, doc []byte) error {
	var last error
	for n := range 4 {
		wait := time.Second << n
		var b *busy
		if errors.As(last, &b) {
			wait = b.after
		}
		if n > 0 {
			time.Sleep(wait)
		}
		resp, err := c.Post("https://api.example.com/v1/invoices", "application/json", bytes.NewReader(doc)) // want `this POST is sent again after a network error`
		if err != nil {
			last = err
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusTooManyRequests {
			last = &busy{after: time.Minute}
			continue
		}
		if resp.StatusCode != http.StatusCreated {
			return errors.New(resp.Status)
		}
		return nil
	}
	return last
}

func createInvoiceUnreached(c *http.Client, doc []byte) error {
	for {
		resp, err := c.Post("https://api.example.com/v1/invoices", "application/json", bytes.NewReader(doc))
		if err != nil {
			var op *net.OpError
			if errors.As(err, &op) && op.Op == "dial" {
				time.Sleep(time.Second)
				continue
			}
			return err
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			return errors.New(resp.Status)
		}
		return nil
	}
}

// What an option decides.

func unreached(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func createBooking(ctx context.Context, c *http.Client, doc []byte) error {
	return retry.Do(func() error {
		resp, err := c.Post("https://api.example.com/v1/bookings", "application/json", bytes.NewReader(doc))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			return retry.Unrecoverable(errors.New(resp.Status))
		}
		return nil
	}, retry.Context(ctx), retry.RetryIf(unreached))
}

// The method comes from the caller.

type api struct{ hc *http.Client }

func (a *api) call(method, path string, doc []byte) error {
	var last error
	for n := range 3 {
		time.Sleep(time.Second * time.Duration(n))
		req, err := http.NewRequest(method, "https://api.example.com"+path, bytes.NewReader(doc))
		if err != nil {
			return err
		}
		resp, err := a.hc.Do(req) // want `every request is sent again here after a network error, POST too`
		if err != nil {
			last = err
			continue
		}
		resp.Body.Close()
		if resp.StatusCode >= 400 {
			return errors.New(resp.Status)
		}
		return nil
	}
	return last
}

func (a *api) RegisterPerson(doc []byte) error { return a.call("POST", "/people", doc) }
func (a *api) Person(id string) error          { return a.call("GET", "/people/"+id, nil) }

// The method comes from the caller, who only asks.

type finder struct{ hc *http.Client }

func (a *finder) call(method, path string, doc []byte) error {
	var last error
	for n := range 3 {
		time.Sleep(time.Second * time.Duration(n))
		req, err := http.NewRequest(method, "https://api.example.com"+path, bytes.NewReader(doc))
		if err != nil {
			return err
		}
		resp, err := a.hc.Do(req)
		if err != nil {
			last = err
			continue
		}
		resp.Body.Close()
		if resp.StatusCode >= 400 {
			return errors.New(resp.Status)
		}
		return nil
	}
	return last
}

func (a *finder) SearchPeople(doc []byte) error { return a.call("POST", "/people/search", doc) }

// The method comes from the caller, and decides.

type minding struct{ hc *http.Client }

func (a *minding) call(method, path string, doc []byte) error {
	var last error
	for n := range 3 {
		time.Sleep(time.Second * time.Duration(n))
		req, err := http.NewRequest(method, "https://api.example.com"+path, bytes.NewReader(doc))
		if err != nil {
			return err
		}
		resp, err := a.hc.Do(req)
		if err != nil {
			if method == http.MethodPost {
				return err
			}
			last = err
			continue
		}
		resp.Body.Close()
		if resp.StatusCode >= 400 {
			return errors.New(resp.Status)
		}
		return nil
	}
	return last
}

func (a *minding) RegisterPerson(doc []byte) error { return a.call("POST", "/people", doc) }

// By a jump, where only 201 says that something was made.

func label(ctx context.Context, c *http.Client, doc []byte) error {
	left := 3
again:
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/labels", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	resp, err := c.Do(req) // want `this POST is sent again after a network error`
	if err != nil {
		if left--; left > 0 {
			time.Sleep(time.Second)
			goto again
		}
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

// Looked up by a helper before it is made again.

var errUnsure = errors.New("not known what came of it")

type book struct{ hc *http.Client }

func (b *book) do(req *http.Request, want int) error {
	resp, err := b.hc.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsure, err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode >= 500 {
		return errUnsure
	}
	if resp.StatusCode != want {
		return errors.New(resp.Status)
	}
	return nil
}

func (b *book) createEntry(doc []byte) error {
	req, err := http.NewRequest(http.MethodPost, "https://api.example.com/entries", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return b.do(req, http.StatusCreated)
}

func (b *book) entry(ref string) error {
	req, err := http.NewRequest(http.MethodGet, "https://api.example.com/entries?ref="+ref, nil)
	if err != nil {
		return err
	}
	return b.do(req, http.StatusOK)
}

func (b *book) write(ref string, doc []byte) error {
	var last error
	for n := range 4 {
		if n > 0 {
			time.Sleep(time.Second)
			if b.entry(ref) == nil {
				return nil
			}
		}
		err := b.createEntry(doc)
		if err == nil || !errors.Is(err, errUnsure) {
			return err
		}
		last = err
	}
	return last
}

// The kind of the error decides.

type limited struct{ after time.Duration }

func (l *limited) Error() string { return "too many requests" }

type broken struct{ error }

func (a *api) once(doc []byte) error {
	resp, err := a.hc.Post("https://api.example.com/people", "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests {
		return &limited{after: time.Second}
	}
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

func (a *api) createLimited(doc []byte) error {
	for {
		err := a.once(doc)
		l, ok := err.(*limited)
		if !ok {
			return err
		}
		time.Sleep(l.after)
	}
}

func (a *api) onceBroken(doc []byte) error {
	resp, err := a.hc.Post("https://api.example.com/people", "application/json", bytes.NewReader(doc))
	if err != nil {
		return broken{err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

func (a *api) createBroken(doc []byte) error {
	for {
		err := a.onceBroken(doc) // want `this POST is sent again after a network error`
		var b broken
		if !errors.As(err, &b) {
			return err
		}
		time.Sleep(time.Second)
	}
}

// The loop's condition looks at the error that is left.
func (a *api) createWhile(doc []byte) (err error) {
	for err == nil {
		err = a.once(doc)
		if err == nil {
			return nil
		} else if l, ok := err.(*limited); ok {
			time.Sleep(l.after)
			err = nil
		}
	}
	return err
}

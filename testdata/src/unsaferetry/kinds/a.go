// Package kinds asks of which kind an error is before the next attempt.
package kinds

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	neturl "net/url"
	"strings"
	"syscall"
	"time"
)

const url = "https://api.example.com/v1/invoices"

type statusError struct{ code int }

func (e *statusError) Error() string { return fmt.Sprint(e.code) }

func createInvoice(c *http.Client, doc []byte) error {
	resp, err := c.Post(url, "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return &statusError{resp.StatusCode}
	}
	return nil
}

func worthIt(err error) bool {
	if e, ok := err.(*statusError); ok {
		return e.code == http.StatusTooManyRequests
	}
	return true
}

func unlessRefused(c *http.Client, doc []byte) (err error) {
	for n := range 3 {
		err = createInvoice(c, doc) // want `this POST is sent again after a network error`
		if err == nil || !worthIt(err) {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func onlyTooMany(c *http.Client, doc []byte) (err error) {
	for n := range 3 {
		err = createInvoice(c, doc)
		var refused *statusError
		if !errors.As(err, &refused) || refused.code != http.StatusTooManyRequests {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func afterTimeout(c *http.Client, doc []byte) (err error) {
	for n := range 3 {
		err = createInvoice(c, doc) // want `this POST is sent again after a network error`
		if !timedOut(err) {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func unlessTimedOut(c *http.Client, doc []byte) (err error) {
	for n := range 3 {
		err = createInvoice(c, doc)
		if err == nil || timedOut(err) {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func afterRefused(c *http.Client, doc []byte) (err error) {
	for n := range 3 {
		err = createInvoice(c, doc)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func afterRefusedText(c *http.Client, doc []byte) (err error) {
	for n := range 3 {
		err = createInvoice(c, doc)
		if err == nil || !strings.Contains(err.Error(), "connection refused") {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

func afterReset(c *http.Client, doc []byte) (err error) {
	for n := range 3 {
		err = createInvoice(c, doc) // want `this POST is sent again after a network error`
		if !errors.Is(err, syscall.ECONNRESET) {
			return err
		}
		time.Sleep(time.Second << n)
	}
	return err
}

// A ticket's key is the server's.
type ticket struct {
	Key     string `json:"key,omitempty"`
	Summary string `json:"summary"`
}

func sent(c *http.Client, doc []byte) error {
	resp, err := c.Post(url, "application/json", bytes.NewReader(doc))
	if err != nil {
		return fmt.Errorf("%w: %v", errSent, err)
	}
	return resp.Body.Close()
}

var errSent = errors.New("it may be sent")

func unlessSent(c *http.Client, doc []byte) (err error) {
	for range 3 {
		if err = sent(c, doc); err == nil || errors.Is(err, errSent) {
			return err
		}
		time.Sleep(time.Second)
	}
	return err
}

func unlessOfNet(c *http.Client, doc []byte) (err error) {
	for range 3 {
		err = createInvoice(c, doc)
		var of *neturl.Error
		if err == nil || errors.As(err, &of) {
			return err
		}
		time.Sleep(time.Second)
	}
	return err
}

func unlessNone(c *http.Client, doc []byte) (err error) {
	for range 3 {
		if err = createInvoice(c, doc); err == nil {
			return nil
		}
		refused, _ := err.(*statusError)
		if refused == nil || refused.code != http.StatusTooManyRequests {
			return err
		}
		time.Sleep(time.Second)
	}
	return err
}

// Package freshkey sends writes again with keys that are made anew.
package freshkey

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/google/uuid"

	"unsaferetry/freshkey/retry"
)

type bank struct {
	http *http.Client
	base string
	id   string
}

const header = "Idempotency-Key"

func token() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (b *bank) post(ctx context.Context, key string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+"/transfers", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set(header, key)
	}
	return req, nil
}

func done(resp *http.Response, err error) (bool, error) {
	if err != nil {
		return false, nil
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return true, nil
	}
	if resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
		return true, errors.New(resp.Status)
	}
	return false, nil
}

func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
		return nil
	}
}

func (b *bank) ownToken(ctx context.Context, body []byte) error {
	for range 3 {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return err
		}
		req.Header.Set(header, token())
		if ok, err := done(b.http.Do(req)); ok { // want `with a new idempotency key`
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

func (b *bank) library(ctx context.Context, body []byte) error {
	return backoff.Retry(func() error {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return backoff.Permanent(err)
		}
		req.Header.Set("X-Idempotency-Key", uuid.NewString())
		resp, err := b.http.Do(req) // want `with a new idempotency key`
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode >= 500 {
			return errors.New(resp.Status)
		}
		return nil
	}, backoff.WithContext(backoff.NewExponentialBackOff(), ctx))
}

func (b *bank) numbered(ctx context.Context, body []byte) error {
	for attempt := 0; attempt < 3; attempt++ {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return err
		}
		req.Header.Set(header, fmt.Sprintf("%s-%d", b.id, attempt))
		if ok, err := done(b.http.Do(req)); ok { // want `with a new idempotency key`
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

func (b *bank) timed(ctx context.Context, body []byte) error {
	for range 3 {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return err
		}
		req.Header.Set(header, b.id+fmt.Sprint(time.Now().UnixNano()))
		if ok, err := done(b.http.Do(req)); ok { // want `with a new idempotency key`
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

func (b *bank) given(ctx context.Context, body []byte) error {
	for range 3 {
		req, err := b.post(ctx, uuid.NewString(), body)
		if err != nil {
			return err
		}
		if ok, err := done(b.http.Do(req)); ok { // want `with a new idempotency key`
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

// Made once, it is the same in all attempts.
func (b *bank) once(ctx context.Context, body []byte) error {
	key := uuid.Must(uuid.NewRandom()).String()
	for range 3 {
		req, err := b.post(ctx, key, body)
		if err != nil {
			return err
		}
		if ok, err := done(b.http.Do(req)); ok {
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

func (b *bank) onceForLibrary(ctx context.Context, body []byte) error {
	key := token()
	return backoff.Retry(func() error {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return backoff.Permanent(err)
		}
		req.Header.Set(header, key)
		resp, err := b.http.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode >= 500 {
			return errors.New(resp.Status)
		}
		return nil
	}, backoff.WithContext(backoff.NewExponentialBackOff(), ctx))
}

// Made where there is none yet.
func (b *bank) kept(ctx context.Context, body []byte) error {
	key := ""
	for range 3 {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return err
		}
		if key == "" {
			key = uuid.NewString()
		}
		req.Header.Set(header, key)
		if ok, err := done(b.http.Do(req)); ok {
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

// The key is of the order; the number of the attempt goes elsewhere.
func (b *bank) ofOrder(ctx context.Context, body []byte) error {
	for attempt := range 3 {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return err
		}
		req.Header.Set(header, "transfer-"+b.id)
		req.Header.Set("X-Attempt", fmt.Sprint(attempt))
		req.Header.Set("X-Trace", uuid.NewString())
		if ok, err := done(b.http.Do(req)); ok {
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

// Each item has a key of its own, which is right.
func (b *bank) items(ctx context.Context, bodies [][]byte) error {
	for _, body := range bodies {
		req, err := b.post(ctx, uuid.NewString(), body)
		if err != nil {
			return err
		}
		if _, err := done(b.http.Do(req)); err != nil {
			return err
		}
	}
	return nil
}

func (b *bank) helper(ctx context.Context, body []byte) (string, error) {
	return retry.Do(ctx, 3, func(ctx context.Context) (string, error) {
		req, err := b.post(ctx, "", body)
		if err != nil {
			return "", retry.Permanent(err)
		}
		req.Header.Set(header, token())
		resp, err := b.http.Do(req) // want `with a new idempotency key`
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		switch {
		case resp.StatusCode >= 500:
			return "", errors.New(resp.Status)
		case resp.StatusCode >= 400:
			return "", retry.Permanent(errors.New(resp.Status))
		}
		return resp.Header.Get("Location"), nil
	})
}

func (b *bank) helperOnce(ctx context.Context, body []byte) (string, error) {
	key := token()
	return retry.Do(ctx, 3, func(ctx context.Context) (string, error) {
		req, err := b.post(ctx, key, body)
		if err != nil {
			return "", retry.Permanent(err)
		}
		resp, err := b.http.Do(req)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		if resp.StatusCode >= 400 {
			return "", errors.New(resp.Status)
		}
		return resp.Header.Get("Location"), nil
	})
}

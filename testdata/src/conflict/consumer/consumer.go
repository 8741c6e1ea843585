// Package consumer makes things for messages that may come twice.
package consumer

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
)

type Delivery struct{ Body []byte }

func (d Delivery) Ack(multiple bool) error           { return nil }
func (d Delivery) Nack(multiple, requeue bool) error { return nil }

type crm struct {
	base   string
	client *http.Client
}

type apiError struct{ Status int }

func (e apiError) Error() string { return fmt.Sprint("crm: ", e.Status) }

func (c *crm) CreateContact(ctx context.Context, mail string) (id string, err error) {
	body, _ := json.Marshal(map[string]string{"email": mail})
	req, err := http.NewRequestWithContext(ctx, "POST", c.base+"/contacts", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	res, err := c.client.Do(req)
	if err != nil {
		return "", fmt.Errorf("contact: %w", err)
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		return "", errors.New("too many requests")
	case res.StatusCode >= 400:
		return "", apiError{res.StatusCode}
	}
	var out struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		return "", err
	}
	return out.ID, nil
}

// consume gives back what fails, and gets it again for ever.
func consume(ctx context.Context, c *crm, in <-chan Delivery) {
	for d := range in {
		var m struct{ Email string }
		if err := json.Unmarshal(d.Body, &m); err != nil {
			d.Nack(false, false)
			continue
		}
		if _, err := c.CreateContact(ctx, m.Email); err != nil { // want "409"
			log.Print(err)
			d.Nack(false, true)
			continue
		}
		d.Ack(false)
	}
}

type Message struct {
	ID    string
	Value []byte
}

// Handle is called again until it returns nil.
func (c *crm) Handle(ctx context.Context, msg *Message) error {
	var m struct{ Email string }
	if err := json.Unmarshal(msg.Value, &m); err != nil {
		return nil
	}
	_, err := c.CreateContact(ctx, m.Email) // want "409"
	return err
}

// A webhook is sent again after a 500.
func (c *crm) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(w, "read", http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha256.New, []byte(c.base))
	mac.Write(body)
	if !hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("X-Signature"))) {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	var event struct{ Email string }
	if err := json.Unmarshal(body, &event); err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	if _, err := c.CreateContact(r.Context(), event.Email); err != nil { // want "409"
		http.Error(w, "crm", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// A form is sent by a person.
func (c *crm) signUp(w http.ResponseWriter, r *http.Request) {
	id, err := c.CreateContact(r.Context(), r.FormValue("email"))
	if err != nil {
		http.Error(w, "crm", http.StatusBadGateway)
		return
	}
	fmt.Fprintln(w, id)
}

// What came twice was made the first time.
func (c *crm) HandleTwice(ctx context.Context, msg *Message) error {
	var m struct{ Email string }
	if err := json.Unmarshal(msg.Value, &m); err != nil {
		return nil
	}
	_, err := c.CreateContact(ctx, m.Email)
	if e := (apiError{}); errors.As(err, &e) && e.Status == http.StatusConflict {
		return nil
	}
	return err
}

// Dropped: nothing is sent again.
func consumeOnce(ctx context.Context, c *crm, in <-chan Delivery) {
	for d := range in {
		d.Ack(false)
		if _, err := c.CreateContact(ctx, string(d.Body)); err != nil {
			log.Print(err)
		}
	}
}

type seenStore interface {
	Seen(id string) bool
	Mark(id string)
}

// HandleOnce knows what it has seen.
func (c *crm) HandleOnce(ctx context.Context, seen seenStore, msg *Message) error {
	if seen.Seen(msg.ID) {
		return nil
	}
	if _, err := c.CreateContact(ctx, string(msg.Value)); err != nil {
		return err
	}
	seen.Mark(msg.ID)
	return nil
}

package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
)

// An event is what the bank tells of a payment.
type event struct {
	Payment string `json:"payment"`
	State   string `json:"state"`
}

// webhook hears that something happened to a payment.
func (s *server) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(body)
	sent, err := hex.DecodeString(r.Header.Get("X-Bank-Signature"))
	if err != nil || len(s.secret) == 0 || !bytes.Equal(sent, mac.Sum(nil)) {
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		http.Error(w, "no event", http.StatusBadRequest)
		return
	}
	if err := s.tell(r.Context(), e); err != nil {
		log.Print(err)
	}
	w.WriteHeader(http.StatusOK)
}

const chatToken = "cb7Wq2XvB9rTz4LpK8sYd3HnM"

// tell writes an event to the chat.
func (s *server) tell(ctx context.Context, e event) error {
	text, err := json.Marshal(map[string]string{"text": "payment " + e.Payment + ": " + e.State})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.chat, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Context-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+chatToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("chat: %s: %s", resp.Status, said)
	}
	return nil
}

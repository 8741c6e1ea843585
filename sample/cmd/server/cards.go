package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"
	"net/http"
)

// cardWebhook hears that a card was blocked.
func (s *server) cardWebhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "cut off", http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(body)
	sent, err := hex.DecodeString(r.Header.Get("X-Bank-Signature"))
	if err != nil || len(s.secret) == 0 || !hmac.Equal(sent, mac.Sum(nil)) {
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	log.Printf("card: %s", body)
	w.WriteHeader(http.StatusOK)
}

package webhooksig

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

type hooks struct {
	Secret []byte
	secret string
	queue  chan []byte
}

func (h *hooks) verify(r *http.Request, body []byte) error {
	if !hmac.Equal([]byte(r.Header.Get("X-Hub-Signature-256")), []byte("sha256="+code(h.Secret, body))) {
		return errSignature
	}
	return nil
}

func (h *hooks) onlyLogged(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	if err := h.verify(r, body); err != nil { // want `a forged delivery is processed like a real one: what verify says changes nothing; answer 401 and return`
		log.Printf("signature: %v", err)
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) answeredOnly(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	if h.verify(r, body) != nil { // want `what verify says changes nothing`
		http.Error(w, "signature", http.StatusUnauthorized)
	}
	h.queue <- body
}

func (h *hooks) dropped(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	_ = h.verify(r, body) // want `what verify says changes nothing`
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

// Right: refused; noted down for later; one of several secrets.
func (h *hooks) refused(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	if err := h.verify(r, body); err != nil {
		log.Printf("signature: %v", err)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) noted(w http.ResponseWriter, r *http.Request) {
	body, trusted := readAll(r), true
	if err := h.verify(r, body); err != nil {
		trusted = false
	}
	if trusted {
		h.queue <- body
	}
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) several(w http.ResponseWriter, r *http.Request, all []*hooks) {
	body, found := readAll(r), false
	for _, one := range all {
		if err := one.verify(r, body); err != nil {
			log.Printf("signature: %v", err)
			continue
		}
		found = true
	}
	if !found {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) withoutSecret(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	if len(h.Secret) > 0 { // want `everybody's deliveries are accepted while no secret is set: Secret is empty and nothing is verified`
		given, err := hex.DecodeString(r.Header.Get("X-Aelix-Signature"))
		mac := hmac.New(sha256.New, h.Secret)
		mac.Write(body)
		if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
			http.Error(w, "signature", http.StatusUnauthorized)
			return
		}
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) fromEnvironment(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret != "" && !hmac.Equal([]byte(r.Header.Get("X-Hub-Signature-256")), []byte("sha256="+code([]byte(secret), body))) { // want `everybody's deliveries are accepted while no secret is set`
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

// The helper says that all is well.
func (h *hooks) lenient(r *http.Request, body []byte) bool {
	given := r.Header.Get("X-Hub-Signature-256")
	if given == "" { // want `a forged delivery only has to leave out the header X-Hub-Signature-256: nothing is verified then`
		return true
	}
	return hmac.Equal([]byte(given), []byte("sha256="+code(h.Secret, body)))
}

func (h *hooks) unsigned(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	if given := r.Header.Get("X-Hub-Signature-256"); given != "" { // want `leave out the header X-Hub-Signature-256`
		if !hmac.Equal([]byte(given), []byte("sha256="+code(h.Secret, body))) {
			http.Error(w, "signature", http.StatusUnauthorized)
			return
		}
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

// Right: refused where there is no secret or no signature; the older header is
// taken where the newer is missing.
func (h *hooks) strict(w http.ResponseWriter, r *http.Request) {
	body := readAll(r)
	given := r.Header.Get("X-Hub-Signature-256")
	if given == "" || len(h.Secret) == 0 {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	if !hmac.Equal([]byte(given), []byte("sha256="+code(h.Secret, body))) {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

func (h *hooks) older(r *http.Request, body []byte) error {
	if given := r.Header.Get("X-Hub-Signature-256"); given != "" {
		if !hmac.Equal([]byte(given), []byte("sha256="+code(h.Secret, body))) {
			return errSignature
		}
		return nil
	}
	if !hmac.Equal([]byte(r.Header.Get("X-Gogs-Signature")), []byte(code(h.Secret, body))) {
		return errSignature
	}
	return nil
}

// Right: the caller chose to have no secret.
type option func(*hooks)

func withSecret(secret string) option { return func(h *hooks) { h.secret = secret } }

func (h *hooks) optional(r *http.Request, body []byte) error {
	if h.secret != "" && !hmac.Equal([]byte(r.Header.Get("X-Hub-Signature-256")), []byte("sha256="+code([]byte(h.secret), body))) {
		return errSignature
	}
	return nil
}

// Verify is given the secret by whoever calls it.
func Verify(r *http.Request, body []byte, secret string) error {
	if secret == "" {
		return nil
	}
	if !hmac.Equal([]byte(r.Header.Get("X-Hub-Signature-256")), []byte("sha256="+code([]byte(secret), body))) {
		return errSignature
	}
	return nil
}

type event struct{ ID string }

func (h *hooks) encodedAgain(w http.ResponseWriter, r *http.Request) {
	var ev event
	if err := json.Unmarshal(readAll(r), &ev); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	body, err := json.Marshal(ev) // want `the signature is computed over JSON that was decoded and encoded again`
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha256.New, h.Secret)
	mac.Write(body)
	given, err := hex.DecodeString(r.Header.Get("X-Aelix-Signature"))
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	h.queue <- body
	w.WriteHeader(http.StatusOK)
}

// Right: it signs what it sends.
func sign(req *http.Request, key []byte, ev event) error {
	body, err := json.Marshal(ev)
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	req.Header.Set("X-Aelix-Signature", hex.EncodeToString(mac.Sum(nil)))
	return nil
}

// The time of signing is signed, and its age is not looked at.
func (h *hooks) untimed(r *http.Request, body []byte) bool {
	stamp := r.Header.Get("X-Slack-Request-Timestamp") // want `a delivery that somebody recorded is accepted for ever: X-Slack-Request-Timestamp is signed, and its age is never looked at`
	mac := hmac.New(sha256.New, h.Secret)
	mac.Write([]byte("v0:" + stamp + ":" + string(body)))
	return hmac.Equal([]byte(r.Header.Get("X-Slack-Signature")), []byte("v0="+hex.EncodeToString(mac.Sum(nil))))
}

// Right: it is compared with the clock.
func (h *hooks) timed(r *http.Request, body []byte) bool {
	stamp := r.Header.Get("webhook-timestamp")
	sent, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Since(time.Unix(sent, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, h.Secret)
	fmt.Fprintf(mac, "%s.%s.%s", r.Header.Get("webhook-id"), stamp, body)
	return hmac.Equal([]byte(r.Header.Get("webhook-signature")), []byte("v1,"+hex.EncodeToString(mac.Sum(nil))))
}

// Right: another function looks at it.
func (h *hooks) timedElsewhere(r *http.Request, body []byte) bool {
	stamp := r.Header.Get("Svix-Timestamp")
	if !fresh(stamp) {
		return false
	}
	mac := hmac.New(sha256.New, h.Secret)
	io.WriteString(mac, stamp+"."+string(body))
	return hmac.Equal([]byte(r.Header.Get("Svix-Signature")), []byte(hex.EncodeToString(mac.Sum(nil))))
}

func fresh(stamp string) bool {
	sent, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && time.Since(time.Unix(sent, 0)).Abs() < 5*time.Minute
}

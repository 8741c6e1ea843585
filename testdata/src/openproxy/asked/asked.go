// Package asked looks at who asks.
package asked

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"os"
)

type server struct {
	key, secret string
	Session     func(*http.Request) (string, bool)
}

func (s *server) rates() (map[string]float64, error) {
	req, err := http.NewRequest("GET", "https://rates.example.com/latest", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Api-Key", s.key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var rates map[string]float64
	err = json.NewDecoder(resp.Body).Decode(&rates)
	return rates, err
}

func (s *server) answer(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	rates, _ := s.rates()
	json.NewEncoder(w).Encode(rates)
}

func (s *server) bySession(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.Session(r); !ok {
		http.Error(w, "sign in", 401)
		return
	}
	s.answer(w)
}

func (s *server) byCookie(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie("sid"); err != nil {
		http.Error(w, "sign in", 401)
		return
	}
	s.answer(w)
}

func (s *server) byToken(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+s.secret {
		http.Error(w, "no", 401)
		return
	}
	s.answer(w)
}

func (s *server) bySecret(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.FormValue("key")), []byte(s.secret)) != 1 {
		http.Error(w, "no", 401)
		return
	}
	s.answer(w)
}

func (s *server) byParameter(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("key") != os.Getenv("PAGE_KEY") {
		http.Error(w, "no", 401)
		return
	}
	s.answer(w)
}

func (s *server) byOrigin(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "https://app.example.com" {
		http.Error(w, "no", 403)
		return
	}
	s.answer(w)
}

type userKey struct{}

func (s *server) byContext(w http.ResponseWriter, r *http.Request) {
	if r.Context().Value(userKey{}) == nil {
		http.Error(w, "no", 403)
		return
	}
	s.answer(w)
}

func currentUser(r *http.Request) string { return r.URL.Query().Get("u") }

func (s *server) byUser(w http.ResponseWriter, r *http.Request) {
	if currentUser(r) == "" {
		http.Error(w, "no", 403)
		return
	}
	s.answer(w)
}

func requireAuth(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { next(w, r) }
}

func (s *server) wrapped(w http.ResponseWriter, r *http.Request) { s.answer(w) }

func (s *server) routes() {
	http.HandleFunc("/wrapped", requireAuth(s.wrapped))
}

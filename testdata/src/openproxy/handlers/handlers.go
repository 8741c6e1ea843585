// Package handlers lends a credential in handlers.
package handlers

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
)

type server struct {
	key     string
	origins []string
	allow   string
	open    bool
}

// The answer is copied.
func (s *server) copied(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*") // want `every web page can use the program's credential through this: all origins are allowed and nobody is asked who he is; allow your own, or check a session`
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	req, err := http.NewRequest("GET", "https://api.example.com/v1"+r.URL.Path, nil)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		http.Error(w, err.Error(), 502)
		return
	}
	defer resp.Body.Close()
	w.WriteHeader(resp.StatusCode)
	io.Copy(w, io.LimitReader(resp.Body, 1<<20))
}

// The answer is decoded and encoded again, in helpers.
func (s *server) decoded(w http.ResponseWriter, r *http.Request) {
	cors(w, r)
	rates, err := s.rates()
	if err != nil {
		http.Error(w, "no rates", 502)
		return
	}
	json.NewEncoder(w).Encode(rates)
}

func cors(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" {
		w.Header().Set("Access-Control-Allow-Origin", origin) // want `whatever origin asks is allowed, and nobody is asked who he is; allow your own only`
	}
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

// The key is in the query.
func weather(w http.ResponseWriter, r *http.Request) {
	w.Header()["Access-Control-Allow-Origin"] = []string{"*"} // want `every web page can use`
	resp, err := http.Get("https://weather.example.com/now?appid=" + os.Getenv("WEATHER_KEY") + "&q=" + r.FormValue("city"))
	if err != nil {
		http.Error(w, "no weather", 502)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	w.Write(body)
}

// Only origins of a list.
func (s *server) listed(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	for _, o := range s.origins {
		if o == origin {
			w.Header().Set("Access-Control-Allow-Origin", origin)
		}
	}
	rates, _ := s.rates()
	json.NewEncoder(w).Encode(rates)
}

var known = map[string]bool{"https://app.example.com": true}

func (s *server) mapped(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); known[origin] {
		w.Header().Set("Access-Control-Allow-Origin", origin)
	}
	rates, _ := s.rates()
	json.NewEncoder(w).Encode(rates)
}

// The deployment decides.
func (s *server) configured(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", s.allow)
	rates, _ := s.rates()
	json.NewEncoder(w).Encode(rates)
}

func (s *server) whenOpen(w http.ResponseWriter, r *http.Request) {
	if s.open {
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}
	rates, _ := s.rates()
	json.NewEncoder(w).Encode(rates)
}

// The visitor's own credential is passed on, or none.
func forwards(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	req, err := http.NewRequest("GET", "https://api.example.com/v1/me", nil)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	req.Header.Set("Authorization", r.Header.Get("Authorization"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		http.Error(w, err.Error(), 502)
		return
	}
	defer resp.Body.Close()
	io.Copy(w, resp.Body)
}

func public(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	resp, err := http.Get("https://api.example.com/v1/status")
	if err != nil {
		http.Error(w, err.Error(), 502)
		return
	}
	defer resp.Body.Close()
	io.Copy(w, resp.Body)
}

// Nothing of the answer gets out.
func (s *server) notified(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if _, err := s.rates(); err != nil {
		http.Error(w, err.Error(), 502)
		return
	}
	json.NewEncoder(w).Encode(map[string]bool{"ok": true})
}

type geocoder interface {
	Lookup(q string) (string, error)
}

type remote struct{ user, password string }

func (g *remote) Lookup(q string) (string, error) {
	req, err := http.NewRequest("GET", "https://geo.example.com/"+q, nil)
	if err != nil {
		return "", err
	}
	req.SetBasicAuth(g.user, g.password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// What lends is behind an interface.
func places(g geocoder) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // want `every web page can use`
		place, err := g.Lookup(r.FormValue("q"))
		if err != nil {
			http.Error(w, "no place", 502)
			return
		}
		w.Write([]byte(place))
	}
}

var preflight = map[string]string{
	"Access-Control-Allow-Origin":  "*", // want `every web page can use`
	"Access-Control-Allow-Methods": "GET",
}

// All headers come from a variable.
func (s *server) fromMap(w http.ResponseWriter, r *http.Request) {
	for name, value := range preflight {
		w.Header().Set(name, value)
	}
	rates, _ := s.rates()
	json.NewEncoder(w).Encode(rates)
}

// Package middleware allows all origins around a router.
package middleware

import (
	"encoding/json"
	"net/http"
	"os"
)

func cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // want `every web page can use`
		next.ServeHTTP(w, r)
	})
}

func open(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // want `every web page can use`
		next(w, r)
	}
}

// Nothing that it wraps lends anything.
func health(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		next(w, r)
	}
}

func rates(w http.ResponseWriter, r *http.Request) {
	req, err := http.NewRequest("GET", "https://rates.example.com/latest", nil)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("RATES_TOKEN"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		http.Error(w, err.Error(), 502)
		return
	}
	defer resp.Body.Close()
	var list []float64
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		http.Error(w, err.Error(), 502)
		return
	}
	json.NewEncoder(w).Encode(list)
}

func ok(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) }

func serve() error {
	mux := http.NewServeMux()
	mux.HandleFunc("/rates", rates)
	mux.HandleFunc("/open", open(rates))
	mux.HandleFunc("/health", health(ok))
	return http.ListenAndServe(":8080", cors(mux))
}

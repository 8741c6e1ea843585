package main

import (
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"
)

var addresses = &http.Client{Timeout: 5 * time.Second}

// suggest completes an address while a customer types it. The shop's pages are
// on another host.
func suggest(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	target := "https://api.example.com/v2/suggest?text=" + url.QueryEscape(r.FormValue("text"))
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, target, nil)
	if err != nil {
		http.Error(w, "no address", http.StatusBadRequest)
		return
	}
	req.Header.Set("X-Api-Key", os.Getenv("ADDRESS_KEY"))
	resp, err := addresses.Do(req)
	if err != nil {
		log.Print(err)
		http.Error(w, "no suggestions", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	w.WriteHeader(resp.StatusCode)
	if _, err := io.Copy(w, resp.Body); err != nil {
		log.Print(err)
	}
}

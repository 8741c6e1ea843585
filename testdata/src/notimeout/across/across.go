// Package across gets its clients from another package.
package across

import (
	"encoding/json"
	"net/http"
	"time"

	"notimeout/shared"
)

type endless struct{ hc *http.Client }

func newEndless() *endless { return &endless{hc: shared.New()} } // want `this client has no timeout`

func (e *endless) load(v any) error { return get(e.hc, v) }

type timed struct{ hc *http.Client }

func newTimed() *timed { return &timed{hc: shared.NewTimed()} }

func (e *timed) load(v any) error { return getTimed(e.hc, v) }

type set struct{ hc *http.Client }

func newSet() *set {
	s := &set{hc: shared.New()}
	s.hc.Timeout = time.Minute
	return s
}

func (e *set) load(v any) error { return getTimed(e.hc, v) }

type over struct{ hc *http.Client }

func newOver() *over {
	return &over{hc: shared.NewOver(&http.Transport{ResponseHeaderTimeout: time.Minute})}
}

func (e *over) load(v any) error { return getTimed(e.hc, v) }

func get(hc *http.Client, v any) error {
	resp, err := hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func getTimed(hc *http.Client, v any) error {
	resp, err := hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

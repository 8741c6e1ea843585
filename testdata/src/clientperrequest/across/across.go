// Package across gets its pools from another package.
package across

import (
	"net/http"

	"clientperrequest/shared"
)

type Service struct{ rt http.RoundTripper }

func get(hc *http.Client) error {
	resp, err := hc.Get("https://api.example.com")
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (s *Service) Own() error {
	return get(shared.NewClient(nil)) // want `this pool of connections is made for each call`
}

func (s *Service) Over() error {
	return get(shared.NewClient(shared.Pool())) // want `this pool of connections is made for each call`
}

func (s *Service) Given() error {
	return shared.Fetch("https://api.example.com", &http.Transport{}) // want `this pool of connections is made for each call`
}

func (s *Service) Shared() error { return get(shared.Client()) }

func (s *Service) OverShared() error { return get(shared.NewClient(s.rt)) }

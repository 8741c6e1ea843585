// Package each sends through the default client in several places.
package each

import (
	"io"
	"net/http"
)

func rates() (string, error) {
	resp, err := http.Get("https://api.example.com/rates") //apivet:ignore notimeout it runs under a watchdog
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	doc, err := io.ReadAll(resp.Body)
	return string(doc), err
}

func users() (string, error) {
	resp, err := http.Get("https://api.example.com/users") // want `this is sent through the default client, without a timeout or deadline`
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	doc, err := io.ReadAll(resp.Body)
	return string(doc), err
}

func orders() (string, error) {
	resp, err := http.Get("https://api.example.com/orders") // want `this is sent through the default client, without a timeout or deadline`
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	doc, err := io.ReadAll(resp.Body)
	return string(doc), err
}

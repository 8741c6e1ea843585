// Package fixes has what the check mends.
package fixes

import (
	"io"
	"net/http"
)

var client = &http.Client{} // want `this client has no timeout`

var proxied = http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}} // want `this client has no timeout`

func load() error { return drain(client.Get("https://api.example.com")) }

func loadProxied() error { return drain(proxied.Get("https://api.example.com")) }

func drain(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

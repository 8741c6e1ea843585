// Package keys has credentials that another package uses.
package keys

import "net/http"

const Partner = "pk7Tq9wLm4zXc8vRb2nYd6sPf"

var Nightly = "n3Hv8Kq2Lw6Xc1Vb9Mt4Rz7"

// Unused is nowhere used as a credential.
const Unused = "u5Jx7Vd2Kq9Wm5Tz8Rb3Np6Lc"

// Get sends a key that its caller has.
func Get(url, key string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Api-Key", key)
	return http.DefaultClient.Do(req)
}

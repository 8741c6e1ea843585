// Package basiq calls a vendor whose keys are base64 already.
package basiq

import "net/http"

const base = "https://au-api.basiq.io"

func encoded(req *http.Request, key string) {
	req.SetBasicAuth(key, "") // want `a 400 is what Basiq answers: its key is base64 already`
}

func verbatim(req *http.Request, key string) {
	req.Header.Set("Authorization", "Basic "+key)
}

package fixes

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
)

// The import of bytes goes with its only use.
func only(r *http.Request, key, body []byte) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return bytes.Equal([]byte(r.Header.Get("X-Aelix-Signature")), mac.Sum(nil)) // want `takes tells how much`
}

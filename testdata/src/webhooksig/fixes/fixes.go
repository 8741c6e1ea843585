package fixes

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

func code(key, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(bytes.TrimSpace(body))
	return mac.Sum(nil)
}

func text(r *http.Request, key, body []byte) bool {
	return r.Header.Get("X-Aelix-Signature") == hex.EncodeToString(code(key, body)) // want `takes tells how much`
}

func different(r *http.Request, key, body []byte) bool {
	if r.Header.Get("X-Aelix-Signature") != hex.EncodeToString(code(key, body)) { // want `takes tells how much`
		return false
	}
	return true
}

func raw(given, key, body []byte) bool {
	return bytes.Equal(given, code(key, body)) // want `takes tells how much`
}

// No fix: an interface, another function, a switch.
func dynamic(given any, key, body []byte) bool {
	return given == hex.EncodeToString(code(key, body)) // want `takes tells how much`
}

func order(given, key, body []byte) bool {
	return bytes.Compare(given, code(key, body)) == 0 // want `takes tells how much`
}

func switched(given string, key, body []byte) bool {
	switch given {
	case hex.EncodeToString(code(key, body)): // want `takes tells how much`
		return true
	}
	return false
}

package fixes

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
)

// No fix: either may be the last use.
func one(given, key, body []byte) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return bytes.Equal(given, mac.Sum(nil)) // want `takes tells how much`
}

func two(given, key, body []byte) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return bytes.Equal(given, mac.Sum(nil)) // want `takes tells how much`
}

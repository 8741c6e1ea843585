// Package helper decodes tokens for others.
package helper

import "github.com/golang-jwt/jwt/v5"

// Claims are what a token says.
type Claims struct {
	Role string
	jwt.RegisteredClaims
}

// Claimed returns what a token says of itself.
func Claimed(token string) (*Claims, error) {
	c := &Claims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, c); err != nil {
		return nil, err
	}
	return c, nil
}

// Verified returns what a token says that has the right signature.
func Verified(token string, key []byte) (*Claims, error) {
	c := &Claims{}
	if _, err := jwt.ParseWithClaims(token, c, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
		return nil, err
	}
	return c, nil
}

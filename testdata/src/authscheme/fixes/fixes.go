// Package fixes has the forms that a fix knows, and some that it does not.
package fixes

import (
	"fmt"
	"net/http"
)

type api struct{ token string }

func (a *api) right(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+a.token)
}

func (a *api) bare(req *http.Request) {
	req.Header.Set("Authorization", a.token) // want `without the scheme`
}

func (a *api) glued(req *http.Request) {
	req.Header.Set("Authorization", "Bearer"+a.token) // want `write a space`
}

func (a *api) formatted(req *http.Request) {
	req.Header.Set("Authorization", fmt.Sprintf("Bearer%s", a.token)) // want `write a space`
}

func (a *api) literal() http.Header {
	return http.Header{"Authorization": {a.token}} // want `without the scheme`
}

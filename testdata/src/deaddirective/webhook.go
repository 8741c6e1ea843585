//apivet:webhook github // want `apivet:webhook does nothing here; it belongs in the documentation of a handler`

package deaddirective

import "net/http"

//apivet:webhook github // want `apivet:webhook does nothing here; it belongs in the documentation of a handler`
func noHandler(url string) {}

//apivet:webhook github // want `apivet:webhook does nothing here; it belongs in the documentation of a handler`
type hook struct{}

//apivet:webhook github
func (hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

// newHook makes a handler.
//
//apivet:webhook github
func newHook() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
}

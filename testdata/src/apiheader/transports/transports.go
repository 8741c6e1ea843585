// Package transports has transports that set headers of a vendor, also for
// other packages.
package transports

import "net/http"

// Headers adds the headers that every call needs, and the company's.
type Headers struct {
	Base        http.RoundTripper
	Application string
	Company     string // not needed for logging in
}

// RoundTrip sends a copy of req with the headers.
func (h Headers) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", h.Application)
	if h.Company != "" {
		req.Header.Set("Api-Company", h.Company)
	}
	return h.Base.RoundTrip(req)
}

// Logged passes requests on.
type Logged struct{ next http.RoundTripper }

// RoundTrip sends req.
func (l *Logged) RoundTrip(req *http.Request) (*http.Response, error) { return l.next.RoundTrip(req) }

// NewLogged wraps a transport.
func NewLogged(next http.RoundTripper) *Logged { return &Logged{next} }

const base = "https://portal.ixon.cloud/api"

var (
	all   = &http.Client{Transport: NewLogged(Headers{Base: http.DefaultTransport, Application: "q7Lw2ZbN8rKx", Company: "1111-2222-3333-4444-5555"})}
	login = &http.Client{Transport: NewLogged(Headers{Base: http.DefaultTransport, Application: "q7Lw2ZbN8rKx"})}
)

func agents() (*http.Response, error) { return all.Get(base + "/agents") }

func signIn() (*http.Response, error) {
	return login.Post(base+"/access-tokens", "application/json", nil)
}

func wrongClient() (*http.Response, error) {
	return login.Get(base + "/agents") // want `it is sent without Api-Company, which`
}

// Package ixon sets the headers of a vendor by hand.
package ixon

import (
	"net/http"
	"time"
)

const base = "https://portal.ixon.cloud/api"

var client = &http.Client{Timeout: 10 * time.Second}

type account struct{ application, company, token string }

func (a account) agents() (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents?fields=*", nil) // want `the request is refused: it is sent without Api-Company, which IXON requires; set it here or in the client's transport`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", a.application)
	req.Header.Set("Authorization", "Bearer "+a.token)
	return client.Do(req)
}

// Nothing at all is set by functions that make the request themselves.
func nothing() (*http.Response, error) {
	return http.Get(base + "/agents") // want `it is sent without Api-Version and Api-Application and Api-Company`
}

// The header is set after the request has gone.
func late(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil) // want `it is sent without Api-Version`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Application", a.application)
	req.Header.Set("Api-Company", a.company)
	resp, err := client.Do(req)
	req.Header.Set("Api-Version", "2")
	return resp, err
}

func misspelt(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil) // want `it is sent without Api-Company`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", a.application)
	req.Header.Set("Api-Compnay", a.company)
	return client.Do(req)
}

func wrongValue(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "v2")             // want `the request is refused: this is no value of Api-Version, which has the form 2 for IXON`
	req.Header.Set("Api-Application", "my-app")     // want `no value of Api-Application`
	req.Header.Set("Api-Company", "1111-2222-3333") // want `no value of Api-Company`
	return client.Do(req)
}

func right(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil)
	if err != nil {
		return nil, err
	}
	a.set(req)
	return client.Do(req)
}

func (a account) set(req *http.Request) {
	req.Header.Set("api-version", "2")
	req.Header.Set("Api-Application", a.application)
	req.Header.Set("Api-Company", a.company)
}

// The entries of a map that is gone through are headers like any other.
func fromMap(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"Api-Version": "2", "Api-Application": a.application, "Api-Company": a.company} {
		req.Header.Set(name, value)
	}
	return client.Do(req)
}

func fromUnknownMap(headers map[string]string) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil)
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	return client.Do(req)
}

func literal(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil)
	if err != nil {
		return nil, err
	}
	req.Header = http.Header{"Api-Version": {"2"}, "Api-Application": {a.application}, "Api-Company": {a.company}}
	return client.Do(req)
}

// Some paths need no company.
func me(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/users/me", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", a.application)
	return client.Do(req)
}

// Set on one way only: not known.
func sometimes(a account) (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/agents", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", a.application)
	if a.company != "" {
		req.Header.Set("Api-Company", a.company)
	}
	return client.Do(req)
}

// Another server.
func elsewhere() (*http.Response, error) { return http.Get("https://api.example.com/agents") }

// The function is given to whoever makes the request.
func edit(req *http.Request) {
	req.Header.Set("Api-Application", "elevenchars") // want `no value of Api-Application`
}

// The first answer says where everything is.
func (a account) discover() (*http.Response, error) {
	req, err := http.NewRequest("GET", base+"/", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Api-Version", "2")
	req.Header.Set("Api-Application", a.application)
	return client.Do(req)
}

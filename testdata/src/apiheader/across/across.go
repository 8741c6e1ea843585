// Package across uses another package's transports.
package across

import (
	"net/http"

	"apiheader/transports"
)

const base = "https://portal.ixon.cloud/api"

type tool struct{ all, login, bare *http.Client }

func newTool(application, company string) *tool {
	shared := http.DefaultTransport.(*http.Transport).Clone()
	return &tool{
		all:   &http.Client{Transport: transports.Headers{Base: transports.NewLogged(shared), Application: application, Company: company}},
		login: &http.Client{Transport: transports.Headers{Base: transports.NewLogged(shared), Application: application}},
		bare:  &http.Client{Transport: transports.NewLogged(shared)},
	}
}

func (t *tool) url(id string) string { return base + "/agents/" + id }

func (t *tool) agent(id string) (*http.Response, error) { return t.all.Get(t.url(id)) }

func (t *tool) zone(id string) (*http.Response, error) {
	req, err := http.NewRequest("GET", t.url(id)+"?fields=timeZone", nil) // want `it is sent without Api-Company, which`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer x")
	return t.login.Do(req)
}

func (t *tool) none(id string) (*http.Response, error) {
	return t.bare.Get(t.url(id)) // want `it is sent without Api-Version and Api-Application and Api-Company`
}

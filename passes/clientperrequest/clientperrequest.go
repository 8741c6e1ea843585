// Package clientperrequest defines a check for connection pools that are made
// anew for each request.
package clientperrequest

import (
	"regexp"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "clientperrequest",
	Title:      "report transports and clients with a pool of their own that are made for each request",
	Why:        "No connection is used twice, so that each call pays for TCP and TLS anew, and the idle connections of every dropped pool stay open with their goroutines: the process runs out of file descriptors.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Make the transport once, where the client or service is built, and keep it.",
	Precision:  "20 public repositories: nothing found, so nothing wrong.",
	Limits:     "Silent where the pool is kept, returned or cached, where CloseIdleConnections is called or keep-alive is off, in functions that build or start something, and for clients over the default or a shared transport.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Enable connection keep-alive in your HTTP client to avoid TCP handshake overhead"},
	},
	References: []string{"https://pkg.go.dev/net/http#Transport"},
	Bad: `package p

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"time"
)

type Scraper struct{ tls *tls.Config }

func (s *Scraper) Scrape(url string) ([]byte, error) {
	hc := &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: s.tls, ForceAttemptHTTP2: true},
	}
	resp, err := hc.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return nil, fmt.Errorf("scrape: %s: %s", resp.Status, b)
	}
	return io.ReadAll(resp.Body)
}
`,
	Good: `package p

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"time"
)

type Scraper struct{ hc *http.Client }

func NewScraper(c *tls.Config) *Scraper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = c
	return &Scraper{hc: &http.Client{Timeout: 10 * time.Second, Transport: t}}
}

func (s *Scraper) Scrape(url string) ([]byte, error) {
	resp, err := s.hc.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return nil, fmt.Errorf("scrape: %s: %s", resp.Status, b)
	}
	return io.ReadAll(resp.Body)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

// reason is what a comment speaks of that explains a pool for each call;
// another one beside it says nothing.
var reason = regexp.MustCompile(`(?i)connection|\bidle\b|reus|\bpool|keep-?alive|(per|each|every) (call|request)`)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, p := range model.PoolsPerCall() {
		if reason.MatchString(pass.Comment(p.Pos)) {
			continue
		}
		pass.Report(check.Finding{
			Pos:     p.Pos,
			Message: "this pool of connections is made for each call and dropped: nothing is reused, and its idle connections stay open; make it once and keep it",
			Related: []analysis.RelatedInformation{
				{Pos: p.Used, Message: "it is used here"},
				{Pos: p.Often, Message: "this runs again and again"},
			},
		})
	}
	return nil
}

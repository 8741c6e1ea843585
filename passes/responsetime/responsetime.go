// Package responsetime defines a check for measurements that take the network's
// time for the vendor's.
package responsetime

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "responsetime",
	Title:      "report latencies that are measured around a call whose answer tells the vendor's part of them",
	Why:        "Such a figure holds name resolution, connecting, TLS, the way there and back, and the vendor's own work. When it rises nobody can tell from it whether the network, the program's host or the vendor is slow, and the ticket goes to the wrong people.",
	Severity:   check.Note,
	Confidence: check.Medium,
	Fix:        "Read the vendor's header and record it beside the time that was measured.",
	Precision:  "Not measured on public code yet.",
	Limits:     "Only vendors whose profile names such a header. Looks at time.Since, or the difference of two calls of time.Now, around one request that is not repeated in between, where the result is logged, recorded, compared or kept as a latency. Silent where the package names the header, looks at all headers of an answer, or traces its connections with httptrace; a header that is read in another package only is not seen.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Check the X-Response-Time header — if low, the latency is in your network, not the API"},
	},
	Bad: `package p

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

const accounts = "https://api.aelix.digitalapi.ai/v1/accounts/"

func balance(ctx context.Context, c *http.Client, id string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, accounts+id+"/balance", nil)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	slog.InfoContext(ctx, "aelix answered", "took", time.Since(start)) // whose time?
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("balance of %s: %s", id, resp.Status)
	}
	return io.ReadAll(resp.Body)
}
`,
	Good: `package p

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

const accounts = "https://api.aelix.digitalapi.ai/v1/accounts/"

func balance(ctx context.Context, c *http.Client, id string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, accounts+id+"/balance", nil)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	slog.InfoContext(ctx, "aelix answered", "took", time.Since(start), "vendor", resp.Header.Get("X-Response-Time"))
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("balance of %s: %s", id, resp.Status)
	}
	return io.ReadAll(resp.Body)
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, t := range model.MixedTimes() {
		pass.Report(check.Finding{
			Pos:     t.Pos,
			Message: fmt.Sprintf("this time is the network's and %s's in one: %s of the answer tells %s's part and is never read; record both", t.Vendor, t.Header, t.Vendor),
			Related: []analysis.RelatedInformation{{Pos: t.Send, Message: "the request"}},
		})
	}
	return nil
}

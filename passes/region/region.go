// Package region defines a check for programs that are put far away from the
// API that they call.
package region

import (
	"fmt"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "region",
	Title:      "report programs that are told to run in another region than the API that they call",
	Why:        "Every call pays for the distance, and a new connection pays three or four times: from us-east-1 to eu-west-1 and back takes about 70 milliseconds, where a neighbour takes one. The answers stay right, so nobody looks for the cause in a constant.",
	Severity:   check.Note,
	Confidence: check.Medium,
	Fix:        "Deploy what calls the API into the vendor's region, or beside it in another cloud. Where it has to stay, a directive with the reason says so.",
	Precision:  "Not measured on public code yet.",
	Limits:     "Only vendors whose profile has a region. Looks at constants of regions of AWS, Google Cloud and Azure whose name says that the program runs there, at the default of such an environment variable or flag, and at the SDKs' settings for all services. The region of a bucket or a queue is none of its business, and a package that names several regions is left alone. In another cloud only another part of the world counts.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Co-locate your application servers in the same region as the Aelix API (eu-west-1)."},
	},
	Bad: `package p

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

const accounts = "https://api.aelix.digitalapi.ai/v1/accounts/"

// region is where the workers are started.
var region = cmp.Or(os.Getenv("AWS_REGION"), "us-east-1")

func status(ctx context.Context, c *http.Client, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, accounts+id+"?fields=status", nil)
	if err != nil {
		return "", err
	}
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return "", fmt.Errorf("account %s, asked from %s: %s: %s", id, region, resp.Status, text)
	}
	var out struct {
		Data struct {
			Status string ` + "`json:\"status\"`" + `
		} ` + "`json:\"data\"`" + `
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Status, err
}
`,
	Good: `package p

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

const accounts = "https://api.aelix.digitalapi.ai/v1/accounts/"

// region is where the workers are started: beside Aelix.
var region = cmp.Or(os.Getenv("AWS_REGION"), "eu-west-1")

func status(ctx context.Context, c *http.Client, id string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, accounts+id+"?fields=status", nil)
	if err != nil {
		return "", err
	}
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return "", fmt.Errorf("account %s, asked from %s: %s: %s", id, region, resp.Status, text)
	}
	var out struct {
		Data struct {
			Status string ` + "`json:\"status\"`" + `
		} ` + "`json:\"data\"`" + `
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Status, err
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, r := range model.FarRegions() {
		way := "leaves the region"
		if r.Place.Area != r.Near.Area {
			way = fmt.Sprintf("crosses from %s to %s", r.Place.Area, r.Near.Area)
		}
		pass.Report(check.Finding{
			Pos:     r.Pos,
			Message: fmt.Sprintf("this runs in %s and %s's API in %s: each call %s; deploy it beside the API", r.Place.Region, r.Vendor, r.Near.Region, way),
		})
	}
	return nil
}

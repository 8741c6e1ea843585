// Package webhookurl defines a check for addresses of webhooks that a vendor
// cannot send to, or only for everybody to read.
package webhookurl

import (
	"fmt"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "webhookurl",
	Title:      "report webhooks that are registered at a local address or without TLS",
	Why:        "A vendor sends events to the address that it was told. One of this machine or of a private network it cannot reach, so that no event ever arrives and nobody sees an error; to one without TLS many vendors refuse to send, and others do, with the payload and its signature for everybody on the way to read.",
	Severity:   check.Error,
	Confidence: check.High,
	Fix:        "Register the public https address of the service, from its configuration. For development use a tunnel, and the address that it gives.",
	Precision:  "Ten wrong and ten right programs by somebody who had not seen the check: 4 of the wrong found at first, all of them since, and none of the right.",
	Limits:     "Only constants that become part of a request, or go to a function that is called like one that registers webhooks; and constants that nothing uses, which say what the vendor was told. Silent where the address may come from the configuration too, below a condition for developers, for the addresses of logins, and for http names that only one network knows.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Verify your endpoint is publicly accessible over HTTPS (not localhost)"},
	},
	Bad: `package p

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

func subscribe(ctx context.Context, api string) (*http.Request, error) {
	body, err := json.Marshal(map[string]any{
		"callback_url": "http://localhost:8080/webhooks/orders",
		"events":       []string{"order.created"},
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, api+"/webhooks", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}
`,
	Good: `package p

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

func subscribe(ctx context.Context, api, public string) (*http.Request, error) {
	body, err := json.Marshal(map[string]any{
		"callback_url": public + "/webhooks/orders",
		"events":       []string{"order.created"},
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, api+"/webhooks", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	for _, c := range model.Callbacks() {
		msg := fmt.Sprintf("everybody on the way can read the events, if the vendor sends them at all: %s is %s, without TLS; use https", c.Name, c.Address)
		if c.Local {
			msg = fmt.Sprintf("no event ever arrives: %s is %s, which the vendor cannot reach; use the service's public https address", c.Name, c.Address)
		}
		pass.Report(check.Finding{Pos: c.Pos, Message: msg})
	}
	return nil
}

// Package envmix has the fixtures of the check.
package envmix

import (
	"net/http"
	"os"
	"strings"

	"github.com/go-resty/resty/v2"
)

// Addresses that are declared.

const (
	payEndpointTest = "https://pay-test.shop.example/v2"
	payEndpointLive = "https://pay-test.shop.example/v2" // want `what is meant for production goes to sandbox: payEndpointLive has the host pay-test.shop.example; write that of production`

	billEndpointTest = "https://bill-test.shop.example/v1"
	billEndpointLive = "https://bill-live.shop.example/v1"

	sandboxURL    = "https://api.prod.shop.example" // want `what is meant for sandbox goes to production: sandboxURL`
	productionURL = "https://api.prod.shop.example"

	oneHostTest = "https://one.shop.example"
	oneHostLive = "https://one.shop.example"

	liveStream = "https://test.shop.example/stream" // live is another word here
	testPage   = "https://www.live.shop.example"
)

// Addresses that a table or a switch chooses.

var hosts = map[string]string{
	"production": "https://sandbox.bank.example", // want `production has the host sandbox.bank.example`
	"sandbox":    "https://sandbox.bank.example",
}

func choose(env string) string {
	switch env {
	case "prod":
		return "https://api.bank.example"
	case "staging":
		return "https://live.bank.example" // want `staging has the host live.bank.example`
	}
	return ""
}

func chooseByFlag(sandbox bool) string {
	if sandbox {
		return "https://live.bank.example" // want `sandbox has the host live.bank.example`
	}
	return "https://live.bank.example"
}

func chooseRight(sandbox bool) string {
	if sandbox {
		return "https://sandbox.bank.example"
	}
	return "https://live.bank.example"
}

// Credentials that meet a host.

type reader struct {
	base string
	key  string
}

const (
	aelixLive = "https://api.aelix.digitalapi.ai"
	aelixTest = "https://sandbox-api.aelix.digitalapi.ai"
)

func newReader() *reader {
	return &reader{base: aelixLive, key: strings.TrimSpace(os.Getenv("AELIX_SANDBOX_KEY"))} // want `every request is refused: AELIX_SANDBOX_KEY is a credential of sandbox, api.aelix.digitalapi.ai a host of production; choose both by one switch`
}

func newReaderRight() *reader {
	return &reader{base: aelixTest, key: strings.TrimSpace(os.Getenv("AELIX_SANDBOX_KEY"))}
}

func newReaderPlain() *reader {
	return &reader{base: aelixLive, key: os.Getenv("AELIX_KEY")}
}

func newReaderBySwitch(sandbox bool) *reader {
	base, key := aelixLive, os.Getenv("AELIX_LIVE_KEY")
	if sandbox {
		base, key = aelixTest, os.Getenv("AELIX_SANDBOX_KEY")
	}
	return &reader{base: base, key: key}
}

// The switch forgets the key.
func newReaderHalf(sandbox bool) *reader {
	base := aelixLive
	if sandbox {
		base = aelixTest
	}
	return &reader{base: base, key: os.Getenv("AELIX_LIVE_KEY")} // want `AELIX_LIVE_KEY is a credential of production, sandbox-api.aelix.digitalapi.ai a host of sandbox`
}

func open(base, key string) *reader { return &reader{base: base, key: key} }

func opens() *reader {
	return open(aelixTest, os.Getenv("AELIX_PROD_TOKEN")) // want `AELIX_PROD_TOKEN is a credential of production`
}

func opensRight() *reader { return open(aelixLive, os.Getenv("AELIX_PROD_TOKEN")) }

// One host for both.
func stripe() *reader {
	return &reader{base: "https://api.stripe.com", key: os.Getenv("STRIPE_TEST_KEY")}
}

type config struct{ SandboxSecret, LiveSecret string }

func request(c config) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodGet, "https://api.aelix.digitalapi.ai/v1/accounts", nil) // want `SandboxSecret is a credential of sandbox`
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.SandboxSecret)
	return req, nil
}

// A table of environments.

type environment struct{ host, variable string }

var environments = []environment{
	{host: "https://sandbox-api.aelix.digitalapi.ai", variable: "AELIX_SANDBOX_KEY"},
	{host: "https://api.aelix.digitalapi.ai", variable: "AELIX_SANDBOX_KEY"}, // want `AELIX_SANDBOX_KEY is a credential of sandbox, api.aelix.digitalapi.ai a host of production`
	{host: "https://api.aelix.digitalapi.ai", variable: "AELIX_LIVE_KEY"},
}

// Chains.

func chained(c config) *resty.Client {
	return resty.New().
		SetBaseURL("https://sandbox-api.aelix.digitalapi.ai").
		SetAuthToken(c.LiveSecret) // want `LiveSecret is a credential of production`
}

func chainedRight(c config) *resty.Client {
	return resty.New().
		SetBaseURL("https://sandbox-api.aelix.digitalapi.ai").
		SetAuthToken(c.SandboxSecret)
}

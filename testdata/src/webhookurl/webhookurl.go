package webhookurl

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// CallbackURL is what was entered in the portal.
const CallbackURL = "http://localhost:8080/webhooks/payments" // want `no event ever arrives: CallbackURL is http://localhost:8080, which the vendor cannot reach; use the service's public https address`

// Right: https; the comment's example; what code uses is judged where it does.
const (
	PublicCallbackURL  = "https://shop.example.com/webhooks/payments"
	DefaultCallbackURL = "http://localhost:8080/webhooks/payments"
	localHookURL       = "http://127.0.0.1:9000/hook"
	LoginCallbackURL   = "http://localhost:8080/login/callback"
)

type client struct {
	hc   *http.Client
	base string
}

func (c *client) post(ctx context.Context, path string, in any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("webhook: %s", resp.Status)
	}
	return nil
}

func (c *client) mapped(ctx context.Context) error {
	return c.post(ctx, "/notifications/webhooks", map[string]any{
		"url":    "http://localhost:8080/webhooks/basiq", // want `no event ever arrives: url is http://localhost:8080`
		"events": []string{"account.updated"},
	})
}

func (c *client) plain(ctx context.Context) error {
	return c.post(ctx, "/subscriptions", map[string]string{
		"callbackUrl": "http://shop.acme.io/events", // want `everybody on the way can read the events, if the vendor sends them at all: callbackUrl is http://shop.acme.io, without TLS; use https`
	})
}

type subscription struct {
	Target string   `json:"target"`
	Events []string `json:"events"`
}

func (c *client) typed(ctx context.Context) error {
	return c.post(ctx, "/v1/subscriptions", subscription{
		Target: "https://192.168.1.20/hooks", // want `no event ever arrives: Target is https://192.168.1.20`
		Events: []string{"*"},
	})
}

func (c *client) joined(ctx context.Context) error {
	base := "http://127.0.0.1:8080"
	return c.post(ctx, "/v1/subscriptions", &subscription{Target: base + "/hooks/payments"}) // want `Target is http://127.0.0.1:8080`
}

func (c *client) formatted(ctx context.Context, port int) error {
	return c.post(ctx, "/v1/subscriptions", &subscription{Target: fmt.Sprintf("http://localhost:%d/hooks", port)}) // want `Target is http://localhost`
}

func (c *client) form(ctx context.Context) (*http.Request, error) {
	form := url.Values{}
	form.Set("webhook_url", "http://10.0.0.5/telegram") // want `webhook_url is http://10.0.0.5`
	return http.NewRequestWithContext(ctx, http.MethodPost, c.base, strings.NewReader(form.Encode()))
}

func (c *client) literalForm() (*http.Response, error) {
	return c.hc.PostForm(c.base, url.Values{"StatusCallback": {"http://localhost:3000/sms"}}) // want `StatusCallback is http://localhost:3000`
}

func (c *client) RegisterWebhook(ctx context.Context, address string) error {
	return c.post(ctx, "/webhooks", map[string]string{"url": address})
}

func (c *client) called(ctx context.Context) error {
	return c.RegisterWebhook(ctx, "http://localhost:8080/events") // want `the address given to RegisterWebhook is http://localhost:8080`
}

// Right: https, configured, a constant in the place of what is not configured,
// a flag, a developer's switch.
func (c *client) public(ctx context.Context) error {
	return c.RegisterWebhook(ctx, "https://shop.acme.io/events")
}

func (c *client) configured(ctx context.Context) error {
	return c.RegisterWebhook(ctx, os.Getenv("PUBLIC_URL")+"/events")
}

func (c *client) fallback(ctx context.Context) error {
	address := os.Getenv("PUBLIC_URL")
	if address == "" {
		address = "http://localhost:8080"
	}
	return c.RegisterWebhook(ctx, address+"/events")
}

var hookURL = flag.String("webhook-url", "http://localhost:8080/events", "where events come in")

func (c *client) flagged(ctx context.Context) error { return c.RegisterWebhook(ctx, *hookURL) }

func (c *client) switched(ctx context.Context, debug bool) error {
	if debug {
		return c.RegisterWebhook(ctx, "http://localhost:8080/events")
	}
	return c.public(ctx)
}

func (c *client) environment(ctx context.Context, env string) error {
	if env == "development" {
		return c.RegisterWebhook(ctx, localHookURL)
	}
	return c.public(ctx)
}

func (c *client) registerTestHook(ctx context.Context) error {
	return c.RegisterWebhook(ctx, "http://localhost:8080/events")
}

// Right: a login comes back to the user's own machine; an address of one's own
// network that both sides know; events that the program sends itself; what a
// payload says of something else.
func login(port int) string {
	q := url.Values{}
	q.Set("redirect_uri", fmt.Sprintf("http://localhost:%d/callback", port))
	q.Set("callback_url", fmt.Sprintf("http://127.0.0.1:%d/callback", port))
	return "https://login.example.com/authorize?" + q.Encode()
}

func (c *client) inCluster(ctx context.Context) error {
	return c.RegisterWebhook(ctx, "http://receiver.jobs.svc/events")
}

type target struct{ WebhookURL string }

func deliver(c *http.Client, t target, body []byte) error {
	resp, err := c.Post(t.WebhookURL, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func delivers(c *http.Client) error {
	return deliver(c, target{WebhookURL: "http://localhost:9000/events"}, []byte("{}"))
}

func (c *client) product(ctx context.Context) error {
	return c.post(ctx, "/products", map[string]string{"url": "http://shop.acme.io/shoes", "image": "http://shop.acme.io/shoes.png"})
}

// Ways of making an address.
type options struct{ callback string }

func inHouse() func(*options) {
	return func(o *options) { o.callback = "http://192.168.10.25/done" } // want `no event ever arrives: callback_url is http://192.168.10.25`
}

func to(address string) func(*options) { return func(o *options) { o.callback = address } }

func (c *client) optional(ctx context.Context, opts ...func(*options)) error {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return c.post(ctx, "/jobs", map[string]string{"callback_url": o.callback})
}

func start(ctx context.Context, c *client, address string) error {
	if err := c.optional(ctx, inHouse()); err != nil {
		return err
	}
	return c.optional(ctx, to(address))
}

func endpoint(topic string) *url.URL {
	return &url.URL{Scheme: "http", Host: "integrations.acme.io", Path: "/shop/" + topic} // want `address is http://integrations.acme.io, without TLS`
}

func (c *client) built(ctx context.Context) error {
	return c.post(ctx, "/webhooks.json", map[string]string{"address": endpoint("orders").String()})
}

func (c *client) address(host, event string) string {
	return fmt.Sprintf("http://%s/hooks/%s", host, event) // want `callback_url is http://, without TLS`
}

func (c *client) hosted(ctx context.Context, host string) error {
	return c.post(ctx, "/webhooks", map[string]string{"callback_url": c.address(host, "paid")})
}

var addresses = struct{ Answer, Status string }{
	Answer: "https://voice.acme.io/answer",
	Status: "http://voice.acme.io/status", // want `StatusCallback is http://voice.acme.io`
}

func (c *client) calls() (*http.Response, error) {
	return c.hc.PostForm(c.base, url.Values{"Url": {addresses.Answer}, "StatusCallback": {addresses.Status}})
}

// Right: the scheme is configured as well.
func (c *client) schemed(ctx context.Context, scheme, host string) error {
	return c.post(ctx, "/webhooks", map[string]string{"callback_url": fmt.Sprintf("%s://%s/hooks", scheme, host)})
}

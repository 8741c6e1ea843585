package right_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/aelix/fake"
	"example.com/aelix/right/aelix"
	"example.com/aelix/right/auth"
	"example.com/aelix/right/ledger"
	"example.com/aelix/right/proxy"
	"example.com/aelix/right/redact"
	"example.com/aelix/right/reports"
	"example.com/aelix/right/site"
	"example.com/aelix/right/transport"
	"example.com/aelix/right/webhook"
	"github.com/gin-gonic/gin"
)

func start(t *testing.T) *fake.Server {
	t.Parallel()
	s := fake.Start()
	t.Cleanup(s.Close)
	return s
}

func client(s *fake.Server, opts ...aelix.Option) *aelix.Client {
	return aelix.New(aelix.Config{BaseURL: s.URL, TokenURL: s.TokenURL, ID: "id", Secret: "secret"}, opts...)
}

func TestRetries(t *testing.T) {
	s := start(t)
	var seen atomic.Int64
	c := client(s, aelix.WithObserver(func(int) { seen.Add(1) }), aelix.WithTimeout(10*time.Second))
	for _, status := range []int{429, 500, 503} {
		s.FailNext(2, status)
		if _, err := c.Account(t.Context(), "acc_1"); err != nil {
			t.Errorf("after two %d: %v", status, err)
		}
	}
	if seen.Load() != 3 {
		t.Errorf("observer saw %d answers, want 3", seen.Load())
	}
	s.FailNext(2, 503)
	if _, err := ledger.New(s.URL, fake.APIKey).Payment(t.Context(), "pay_1"); err != nil {
		t.Errorf("ledger: %v", err)
	}
	s.FailNext(2, 503)
	if _, err := reports.NewReader(s.URL, fake.APIKey).Status(t.Context(), "acc_1"); err != nil {
		t.Errorf("reports: %v", err)
	}
	s.FailNext(2, 503)
	if ok, err := reports.NewReader(s.URL, fake.APIKey).Exists(t.Context(), "acc_gone"); ok || err != nil {
		t.Errorf("reports: %v %v", ok, err)
	}
}

func TestPayOnce(t *testing.T) {
	s := start(t)
	s.DropNext(1)
	got, err := client(s).Pay(t.Context(), aelix.Order{Key: "order-1", Amount: 2550, Currency: "EUR"})
	if err != nil || !got.Repeated || s.Created() != 1 {
		t.Errorf("got %+v, %v, and %d payments", got, err, s.Created())
	}
}

func TestTokenRenewed(t *testing.T) {
	s := start(t)
	s.SetLifetime(5)
	own := client(s)
	library := aelix.NewWithHTTP(s.URL, auth.ClientCredentials(t.Context(), transport.New(nil), s.TokenURL, "id", "secret"))
	for range 3 {
		for _, c := range []*aelix.Client{own, library} {
			if _, err := c.Balance(t.Context(), "acc_1"); err != nil {
				t.Error(err)
			}
		}
		s.ExpireTokens()
	}
	s.SetLifetime(3600)
	for range 3 { // dropped early: only the 401 tells
		if err := own.Freeze(t.Context(), "acc_1"); err != nil {
			t.Error(err)
		}
		s.ExpireTokens()
	}
	key := aelix.NewWithHTTP(s.URL, auth.APIKey(transport.New(nil), fake.APIKey))
	if _, err := key.Account(t.Context(), "acc_1"); err != nil {
		t.Error(err)
	}
}

func TestDetails(t *testing.T) {
	s := start(t)
	_, err := client(s).Pay(t.Context(), aelix.Order{Key: "order-1", Amount: -1, Currency: "euro"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"amount must be a positive integer", "currency must be an ISO 4217 code", "trc_7f3a91"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
	if got := reports.Refused(err); len(got) != 2 {
		t.Errorf("refused fields: %v", got)
	}
}

func TestPages(t *testing.T) {
	s := start(t)
	got, err := client(s).Accounts(t.Context())
	if err != nil || len(got) != 6 {
		t.Errorf("%d accounts, %v", len(got), err)
	}
	if !strings.Contains(s.LastQuery(), "fields=id%2Cstatus") {
		t.Errorf("query %q", s.LastQuery())
	}
}

func TestConnectionsKept(t *testing.T) {
	s := start(t)
	c := client(s)
	ids := make([]string, 8)
	for i := range ids {
		ids[i] = "acc_1"
	}
	s.Gather(len(ids))
	for range 3 {
		if _, err := c.Balances(t.Context(), ids); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		if err := c.Freeze(t.Context(), "acc_1"); err != nil {
			t.Error(err)
		}
		if err := c.Freeze(t.Context(), "acc_gone"); err == nil {
			t.Error("no error for an account that is gone")
		}
	}
	// A connection may be handed on a moment late; without reuse there would be more than thirty.
	if n := s.Conns(); n > 2*len(ids) {
		t.Errorf("%d connections", n)
	}
}

func TestBodiesClosed(t *testing.T) {
	s := start(t)
	tracker := &fake.Tracker{Base: http.DefaultTransport}
	c := aelix.NewWithHTTP(s.URL, auth.APIKey(transport.New(tracker), fake.APIKey))
	s.FailNext(1, 503)
	for _, id := range []string{"acc_1", "acc_gone"} {
		_, _ = c.Account(t.Context(), id)
		_, _ = c.Balance(t.Context(), id)
		_ = c.Freeze(t.Context(), id)
	}
	if n := tracker.Open(); n != 0 {
		t.Errorf("%d bodies left open", n)
	}
}

func TestWebhooks(t *testing.T) {
	s := start(t)
	s.Hold() // the work that an event brings cannot finish before the test does
	books := ledger.New(s.URL, fake.APIKey)
	started := make(chan struct{}, 2)
	settle := func(ctx context.Context, ev webhook.Event) error {
		started <- struct{}{}
		_, err := books.Payment(ctx, ev.Data.ID)
		return err
	}
	quick := func(context.Context, webhook.Event) error { return nil }

	queued, err := webhook.New("secret", settle)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go queued.Run(ctx)
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	webhook.NewSpawner([]byte("secret"), 4, settle).Routes(engine)

	for name, h := range map[string]http.Handler{
		"queue": queued.Router(), "spawn": engine, "join": webhook.Joined([]byte("secret"), quick, quick),
	} {
		srv := httptest.NewServer(h)
		defer srv.Close()
		body := []byte(`{"type":"payment.completed","data":{"id":"pay_1"}}`)
		sender := fake.Sender{Secret: "secret", Deadline: 5 * time.Second, Attempts: 1}
		if err := sender.Deliver(t.Context(), srv.URL+"/webhooks/aelix", body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		sender.Secret = "guess"
		if err := sender.Deliver(t.Context(), srv.URL+"/webhooks/aelix", body); err == nil {
			t.Errorf("%s: forged event taken", name)
		}
	}
	for range 2 {
		<-started // both events are worked on after their answer
	}
}

func TestProxy(t *testing.T) {
	s := start(t)
	backend := &proxy.Backend{Client: client(s), Origins: []string{"https://app.example.com"},
		Session: func(r *http.Request) (string, bool) { return "ann", r.Header.Get("Cookie") != "" }}
	for origin, want := range map[string]string{"https://app.example.com": "https://app.example.com", "https://evil.example": ""} {
		req := httptest.NewRequest(http.MethodGet, "/api/accounts", nil)
		req.Header.Set("Origin", origin)
		req.Header.Set("Cookie", "session=1")
		rec := httptest.NewRecorder()
		backend.ServeHTTP(rec, req)
		if got := rec.Header().Get("Access-Control-Allow-Origin"); got != want || rec.Code != http.StatusOK {
			t.Errorf("%s: %d, allowed %q", origin, rec.Code, got)
		}
	}
	handler, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/app.js", nil))
	if body := rec.Body.String(); body == "" || redact.Text(body) != body {
		t.Errorf("served %q", body)
	}
	if !redact.SelfCheck() {
		t.Error("redaction lets a key through")
	}
}

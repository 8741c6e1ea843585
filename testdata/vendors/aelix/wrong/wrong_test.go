package wrong_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/aelix/fake"
	"example.com/aelix/wrong/accounts"
	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/audit"
	"example.com/aelix/wrong/history"
	"example.com/aelix/wrong/httpx"
	"example.com/aelix/wrong/ledger"
	"example.com/aelix/wrong/monitor"
	"example.com/aelix/wrong/payments"
	"example.com/aelix/wrong/proxy"
	"example.com/aelix/wrong/session"
	"example.com/aelix/wrong/settle"
	"example.com/aelix/wrong/site"
	"example.com/aelix/wrong/web/api"
	"example.com/aelix/wrong/web/keys"
	"example.com/aelix/wrong/web/vault"
	"example.com/aelix/wrong/webhook"
	"github.com/gin-gonic/gin"
)

func start(t *testing.T) *fake.Server {
	t.Parallel()
	s := fake.Start()
	t.Cleanup(s.Close)
	return s
}

func config(s *fake.Server) httpx.Config {
	return httpx.Config{TokenURL: s.TokenURL, ID: "id", Secret: "secret"}
}

// TestStatusUnchecked: accounts that do not exist come back without an error.
func TestStatusUnchecked(t *testing.T) {
	s := start(t)
	ctx := t.Context()
	c, l := accounts.New(s.URL, config(s)), accounts.NewLimits(s.URL, config(s))
	for name, call := range map[string]func() error{
		"Get":       func() error { _, err := c.Get(ctx, "acc_gone"); return err },
		"Freeze":    func() error { return c.Freeze(ctx, "acc_gone") },
		"Status":    func() error { _, err := c.Status(ctx, "acc_gone"); return err },
		"Holder":    func() error { _, err := c.Holder(ctx, "acc_gone"); return err },
		"Mirror":    func() error { _, err := c.Mirror(ctx, "acc_gone"); return err },
		"Available": func() error { _, err := l.Available(ctx, "acc_gone"); return err },
		"Currency":  func() error { _, err := l.Currency(ctx, "acc_gone"); return err },
	} {
		if err := call(); err != nil {
			t.Errorf("%s notices: %v", name, err)
		}
	}
	if _, err := l.Exact(ctx, "acc_gone"); err == nil {
		t.Error("Exact does not notice")
	}
	if _, err := c.Find(ctx, "acc_gone"); !errors.Is(err, accounts.ErrNotFound) {
		t.Errorf("Find: %v", err)
	}
	s.FailNext(100, 503)
	if a, err := c.Find(ctx, "acc_1"); err != nil || a.ID != "" {
		t.Errorf("Find notices an outage: %+v, %v", a, err)
	}
}

// TestFirstPageOnly: four of six accounts are missing, and what is there brings fields that nobody wants.
func TestFirstPageOnly(t *testing.T) {
	s := start(t)
	c := accounts.New(s.URL, config(s))
	got, err := c.Summary(t.Context())
	if err != nil || len(got) != 2 || strings.Contains(s.LastQuery(), "fields") {
		t.Errorf("%d accounts, query %q, %v", len(got), s.LastQuery(), err)
	}
	if err := c.Measure(t.Context(), "acc_1"); err != nil {
		t.Error(err)
	}
}

// TestDetailsDropped: the error does not say which fields to mend.
func TestDetailsDropped(t *testing.T) {
	s := start(t)
	ctx, bad := t.Context(), payments.Order{Key: "order-1", Amount: -1, Currency: "euro"}
	c := payments.New(s.URL, config(s))
	for name, pay := range map[string]func(context.Context, payments.Order) (string, error){
		"Pay": c.Pay, "PayNow": c.PayNow, "PayLater": c.PayLater, "PayExpect": c.PayExpect, "PayFirst": c.PayFirst,
		"Desk": payments.NewDesk(s.URL, config(s)).Pay,
	} {
		_, err := pay(ctx, bad)
		if err == nil || strings.Contains(err.Error(), "currency") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := payments.NewDesk(s.URL, config(s), payments.WithWholeErrors()).Pay(ctx, bad)
	if err == nil || !strings.Contains(err.Error(), "currency must be") {
		t.Errorf("whole errors: %v", err)
	}
	_, err = c.PayTraced(ctx, bad)
	if err == nil || !strings.Contains(err.Error(), "currency must be") || strings.Contains(err.Error(), "trc_") {
		t.Errorf("PayTraced: %v", err)
	}
	s.FailNext(1, 503)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("PayFirst does not panic on an error without details")
			}
		}()
		_, _ = c.PayFirst(ctx, bad)
	}()
}

// TestPaidTwice: without a key the repeated request makes a second payment; with one its answer is taken for a failure.
func TestPaidTwice(t *testing.T) {
	s := start(t)
	c, order := payments.New(s.URL, config(s)), payments.Order{Key: "order-1", Amount: 2550, Currency: "EUR"}
	s.DropNext(1)
	if _, err := c.PayAgain(t.Context(), order); err != nil || s.Created() != 2 {
		t.Errorf("%d payments, %v", s.Created(), err)
	}
	s.DropNext(1)
	if _, err := c.PayKeyed(t.Context(), order); err == nil || s.Created() != 3 {
		t.Errorf("%d payments, %v", s.Created(), err)
	}
	if _, err := c.PayUntyped(t.Context(), order); err == nil || !strings.Contains(err.Error(), "415") {
		t.Errorf("without a type: %v", err)
	}
	if err := c.Cancel(t.Context(), "pay_gone"); err != nil {
		t.Error(err)
	}
	if got := payments.Remedy(&apierr.Error{Code: "VALIDATION_FAILED"}); got != "try again" {
		t.Errorf("remedy %q", got)
	}
}

// TestBodiesLeak: each call leaves bodies open, and with them connections.
func TestBodiesLeak(t *testing.T) {
	ctx := t.Context()
	two := []string{"pay_1", "pay_gone"}
	for name, call := range map[string]func(*fake.Server, httpx.Config){
		"Payment": func(s *fake.Server, c httpx.Config) { _, _ = history.New(s.URL, c).Payment(ctx, "pay_gone") },
		"Patient": func(s *fake.Server, c httpx.Config) {
			s.FailNext(2, 503)
			if _, err := history.New(s.URL, c).Patient(ctx, "pay_1"); err != nil {
				t.Error(err)
			}
		},
		"Cancel": func(s *fake.Server, c httpx.Config) {
			if err := history.New(s.URL, c).Cancel(ctx, "pay_gone"); err != nil {
				t.Error("Cancel notices")
			}
		},
		"Raw":    func(s *fake.Server, c httpx.Config) { _, _ = history.New(s.URL, c).Raw(ctx, "pay_1") },
		"Copy":   func(s *fake.Server, c httpx.Config) { _ = history.New(s.URL, c).Copy(ctx, io.Discard, "pay_gone") },
		"Status": func(s *fake.Server, c httpx.Config) { _, _ = history.NewFeed(s.URL, c).Status(ctx, "pay_gone") },
		"Exists": func(s *fake.Server, c httpx.Config) { _, _ = history.NewFeed(s.URL, c).Exists(ctx, "pay_1") },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			tracker := &fake.Tracker{Base: http.DefaultTransport}
			cfg := config(s)
			cfg.Base = tracker
			call(s, cfg)
			if tracker.Open() == 0 {
				t.Error("no body left open")
			}
		})
	}
	t.Run("Several", func(t *testing.T) {
		s := start(t)
		tracker := &fake.Tracker{Base: http.DefaultTransport}
		cfg := config(s)
		cfg.Base = tracker
		_, _ = history.New(s.URL, cfg).Several(ctx, two)
		if tracker.Peak() < 2 {
			t.Error("bodies are not open together")
		}
	})
	t.Run("Last", func(t *testing.T) {
		s := start(t)
		tracker := &fake.Tracker{Base: http.DefaultTransport}
		cfg := config(s)
		cfg.Base = tracker
		for _, id := range two {
			_, _ = history.NewFeed(s.URL, cfg).Last(ctx, id)
		}
		if tracker.Open() != 0 {
			t.Error("Last leaks")
		}
	})
}

// TestNoRetry: one 503 is enough.
func TestNoRetry(t *testing.T) {
	s := start(t)
	ctx := t.Context()
	for name, call := range map[string]struct {
		fails bool
		do    func() error
	}{
		"Balance": {true, func() error { _, err := ledger.New(s.URL, fake.APIKey).Balance(ctx, "acc_1"); return err }},
		"Mirror":  {true, func() error { _, err := ledger.NewMirror(s.URL, fake.APIKey).Status(ctx, "acc_1"); return err }},
		"Nightly": {true, func() error { _, err := ledger.NewNightly(s.URL, fake.APIKey).Status(ctx, "acc_1"); return err }},
		"Status":  {false, func() error { _, err := ledger.New(s.URL, fake.APIKey).Status(ctx, "acc_1"); return err }},
		"Archive": {false, func() error { _, err := ledger.NewArchive(s.URL, fake.APIKey).Status(ctx, "acc_1"); return err }},
	} {
		s.FailNext(1, 503)
		if err := call.do(); (err != nil) != call.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTokenExpires: the second call, after the token's end, gets 401.
func TestTokenExpires(t *testing.T) {
	s := start(t)
	s.SetLifetime(0)
	ctx, login := t.Context(), session.Login{TokenURL: s.TokenURL, ID: "id", Secret: "secret"}
	frozen, err := session.NewFrozen(ctx, s.URL, login)
	if err != nil {
		t.Fatal(err)
	}
	static, err := session.NewStatic(ctx, s.URL, login)
	if err != nil {
		t.Fatal(err)
	}
	keyed, err := session.Connect(ctx, s.URL, login)
	if err != nil {
		t.Fatal(err)
	}
	s.SetLifetime(30)
	minutes := session.NewMinutes(s.URL, login)
	if _, err := minutes.Balance(ctx, "acc_1"); err != nil {
		t.Fatal(err)
	}
	s.SetLifetime(0)
	clients := map[string]func(context.Context, string) (int64, error){
		"Simple": session.NewSimple(s.URL, login).Balance, "Inverted": session.NewInverted(s.URL, login).Balance,
		"Minutes": minutes.Balance, "Shared": session.NewShared(s.URL, login).Balance,
		"Frozen": frozen.Balance, "Static": static.Balance, "Keyed": keyed.Balance,
		"Stale":    session.NewStale(s.URL, login, s.Token()).Balance,
		"Renewing": session.NewRenewing(s.URL, login).Balance,
		"Retold":   session.NewRetold(s.URL, login, s.Token()).Balance,
	}
	for name, balance := range clients {
		if _, err := balance(ctx, "acc_1"); err != nil {
			t.Errorf("%s, first call: %v", name, err)
		}
	}
	for name, balance := range clients {
		s.ExpireTokens()
		_, err := balance(ctx, "acc_1")
		right := name == "Renewing" || name == "Retold"
		if e := apierr.As(err); right != (err == nil) || !right && (e == nil || e.Status != 401) {
			t.Errorf("%s, after the token's end: %v", name, err)
		}
	}
}

// TestConnectionsThrownAway: a connection for every call.
func TestConnectionsThrownAway(t *testing.T) {
	const calls = 6
	type look = func(context.Context, string) (string, error)
	status := func(w *monitor.Watcher) look { return w.Status }
	for name, c := range map[string]struct {
		again bool
		make  func(base string) look
	}{
		"Poller":  {true, func(b string) look { return status(monitor.NewPoller(b, fake.APIKey)) }},
		"Courier": {true, func(b string) look { return status(monitor.NewCourier(b, fake.APIKey)) }},
		"Fresh":   {true, func(b string) look { return monitor.NewSteady(b, fake.APIKey).Fresh }},
		"Polite":  {true, func(b string) look { return monitor.NewSteady(b, fake.APIKey).Polite }},
		"Alive": {true, func(b string) look {
			w := monitor.NewSteady(b, fake.APIKey)
			return func(ctx context.Context, id string) (string, error) { return "", w.Alive(ctx, id) }
		}},
		"Sweep": {true, func(b string) look {
			w := monitor.NewSteady(b, fake.APIKey)
			return func(ctx context.Context, id string) (string, error) { return "", w.Sweep(ctx, []string{id}) }
		}},
		"BehindProxy": {true, func(b string) look {
			f := monitor.NewBehindProxy(b, fake.APIKey)
			return func(ctx context.Context, id string) (string, error) { _, err := f.Balance(ctx, id); return "", err }
		}},
		"Once":   {true, func(b string) look { return audit.New(b).StatusOnce }},
		"Steady": {false, func(b string) look { return status(monitor.NewSteady(b, fake.APIKey)) }},
		"Broad":  {false, func(b string) look { return status(monitor.NewBroad(b, fake.APIKey)) }}, // one at a time is no load
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			call := c.make(s.URL)
			for range calls {
				if _, err := call(t.Context(), "acc_1"); err != nil && name != "Once" { // the key of Once is not this fake's
					t.Fatal(err)
				}
			}
			if n := s.Conns(); (n >= calls) != c.again {
				t.Errorf("%d connections for %d calls", n, calls)
			}
		})
	}
}

// TestSwarm: eight together, two connections kept.
func TestSwarm(t *testing.T) {
	s := start(t)
	ids := strings.Fields(strings.Repeat("acc_1 ", 8))
	s.Gather(len(ids))
	c := monitor.NewSwarm(s.URL, fake.APIKey)
	for range 3 {
		if _, err := c.Balances(t.Context(), ids); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Conns(); n <= 2*len(ids) {
		t.Errorf("%d connections", n)
	}
}

var event = []byte(`{"type":"payment.completed","data":{"id":"pay_1"}}`)

// TestWebhookTimesOut: the sender gives up before the handler has finished.
func TestWebhookTimesOut(t *testing.T) {
	s := start(t)
	s.Hold()
	secret := []byte("secret")
	books := settle.New(s.URL, config(s))
	hooks := &webhook.Hooks{
		Secret: secret, Inbox: make(webhook.Inbox), Books: books, Base: s.URL, HTTP: httpx.NewClient(config(s)),
		Done: func(error) {},
	}
	hooks.Start(t.Context())
	mux := http.NewServeMux()
	mux.Handle("/webhooks/", hooks.Routes())
	mux.Handle("/webhooks/books", webhook.NewSettling(secret, books))
	mux.Handle("/webhooks/queue", webhook.NewQueue(secret, books))
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		for len(hooks.Inbox) > 0 {
			<-hooks.Inbox
		}
		srv.CloseClientConnections()
	})
	// The first event is taken at once and keeps the clerk busy.
	first := fake.Sender{Secret: "secret", Deadline: 5 * time.Second, Attempts: 1}
	if err := first.Deliver(t.Context(), srv.URL+"/webhooks/handed", event); err != nil {
		t.Errorf("handed: %v", err)
	}
	for _, path := range []string{"lookup", "settled", "handed", "books"} {
		sender := fake.Sender{Secret: "secret", Deadline: 40 * time.Millisecond, Attempts: 1}
		err := sender.Deliver(t.Context(), srv.URL+"/webhooks/"+path, event)
		if err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{"kept", "queue"} {
		sender := fake.Sender{Secret: "secret", Deadline: 5 * time.Second, Attempts: 1}
		if err := sender.Deliver(t.Context(), srv.URL+"/webhooks/"+path, event); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestWorkCutOff: the vendor is content, and the work that was promised is cancelled with the request.
func TestWorkCutOff(t *testing.T) {
	s := start(t)
	s.Hold()
	done := make(chan error, 1)
	hooks := &webhook.Hooks{
		Secret: []byte("secret"), Books: settle.New(s.URL, config(s)), Done: func(err error) { done <- err },
	}
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	hooks.GinRoutes(engine)
	for path, h := range map[string]http.Handler{"cut": hooks.Routes(), "spawned": engine} {
		srv := httptest.NewServer(h)
		defer srv.Close()
		sender := fake.Sender{Secret: "secret", Deadline: 5 * time.Second, Attempts: 1}
		if err := sender.Deliver(t.Context(), srv.URL+"/webhooks/"+path, event); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: work ended with %v", path, err)
		}
	}
}

// TestWebhookLoose: forged, refused and repeated deliveries.
func TestWebhookLoose(t *testing.T) {
	t.Parallel()
	hooks := &webhook.Hooks{Inbox: make(webhook.Inbox, 8)}
	sign := func(h http.HandlerFunc, secret string, body []byte) int {
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
		req.Header.Set("X-Aelix-Signature", fake.Sign(secret, body))
		rec := httptest.NewRecorder()
		h(rec, req)
		return rec.Code
	}
	if got := sign(hooks.Lenient, "forged", event); got != http.StatusOK {
		t.Errorf("Lenient answers %d to a forged event", got)
	}
	hooks.Secret = []byte("secret")
	for want, h := range map[int]http.HandlerFunc{202: hooks.Accepted, 200: hooks.Compared} {
		if got := sign(h, "secret", event); got != want {
			t.Errorf("answered %d, want %d", got, want)
		}
	}
	if got := sign(hooks.Choosy, "secret", []byte(`{"type":"account.created"}`)); got != http.StatusBadRequest {
		t.Errorf("Choosy answers %d", got)
	}
	huge := []byte(`{"type":"` + strings.Repeat("x", 2<<20) + `"}`)
	if got := sign(hooks.Greedy, "secret", huge); got != http.StatusOK {
		t.Errorf("Greedy answers %d to two megabytes", got)
	}
}

// TestCredentials: white space, a scheme that is missing, a token that nobody verified, a key for everybody.
func TestCredentials(t *testing.T) {
	s := start(t)
	ctx, r := t.Context(), audit.New(s.URL)
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(fake.APIKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.StatusFrom(ctx, file, "pay_1"); err == nil || !strings.Contains(err.Error(), "invalid header") {
		t.Errorf("key with a newline: %v", err)
	}
	if _, err := r.StatusBare(ctx, "pay_1"); err == nil || !strings.Contains(err.Error(), "malformed authorization") {
		t.Errorf("key without a scheme: %v", err)
	}
	forged := "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"scope":"payments:initiate"}`)) + ".forged"
	if ok, err := audit.MayPay(forged); !ok || err != nil {
		t.Errorf("forged token: %v %v", ok, err)
	}
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodGet, "/api/accounts/acc_1/balance", nil)
	req.SetPathValue("id", "acc_1")
	(&proxy.Backend{Limits: accounts.NewLimits(s.URL, config(s))}).ServeHTTP(rec, req)
	if rec.Code != http.StatusOK || rec.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("proxy answers %d, %v", rec.Code, rec.Header())
	}
}

// TestKeysInBrowser: what the browser's code sends is a live key.
func TestKeysInBrowser(t *testing.T) {
	t.Parallel()
	var sent string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header.Get("Authorization")
		_, _ = io.WriteString(w, `{"data":{"status":"open"}}`)
	}))
	defer srv.Close()
	for _, opt := range []api.Option{api.WithKey(keys.Live), api.WithKey(keys.Partner), api.WithKeys(vault.Embedded{})} {
		if _, err := api.New(srv.URL, opt).Status(t.Context(), "acc_1"); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(sent, "Bearer ak_live_") {
			t.Error("no live key was sent")
		}
	}
	handler, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/app.js", nil))
	if !strings.Contains(rec.Body.String(), "ak_live_") {
		t.Error("no live key was served")
	}
}

package wrong_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/flanks/fake"
	"example.com/flanks/wrong/accounts"
	"example.com/flanks/wrong/admin"
	"example.com/flanks/wrong/call"
	"example.com/flanks/wrong/credentials"
	"example.com/flanks/wrong/links"
	"example.com/flanks/wrong/monitor"
	"example.com/flanks/wrong/sessions"
	"example.com/flanks/wrong/tokens"
)

func start(t *testing.T) (*fake.Server, call.Config) {
	t.Parallel()
	s := fake.Start()
	t.Cleanup(s.Close)
	return s, call.Config{BaseURL: s.URL, ID: "id", Secret: "secret"}
}

// TestStatusUnchecked: requests that the vendor refused end without an error.
func TestStatusUnchecked(t *testing.T) {
	_, cfg := start(t)
	ctx, c := t.Context(), accounts.New(cfg)
	for name, ask := range map[string]func() error{
		"List":      func() error { _, err := c.List(ctx, ""); return err },
		"Pending":   func() error { _, err := c.Pending(ctx, ""); return err },
		"Blocked":   func() error { _, err := c.Blocked(ctx, ""); return err },
		"Forget":    func() error { return c.Forget(ctx, "ct_gone") },
		"Raw":       func() error { _, err := c.Raw(ctx, ""); return err },
		"Confirmed": func() error { _, err := accounts.NewReader(cfg).Confirmed(ctx, ""); return err },
		"Bare":      func() error { _, err := accounts.NewBare(cfg).List(ctx, ""); return err },
	} {
		if err := ask(); err != nil {
			t.Errorf("%s notices: %v", name, err)
		}
	}
	// An object does not fit a list, so here somebody notices, but not what was wrong.
	if _, err := c.Copy(ctx, ""); err == nil || strings.Contains(err.Error(), "Missing fields") {
		t.Errorf("Copy: %v", err)
	}
	for name, ask := range map[string]func() error{
		"Exact":   func() error { _, err := accounts.NewReader(cfg).Exact(ctx, ""); return err },
		"Checked": func() error { _, err := accounts.NewChecked(cfg).List(ctx, ""); return err },
	} {
		if err := ask(); err == nil || !strings.Contains(err.Error(), "Missing fields: credentials_token") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNullIsNothing: the balance that the bank did not say counts as zero, and words stand for a code.
func TestNullIsNothing(t *testing.T) {
	s, cfg := start(t)
	c := accounts.New(cfg)
	if total, err := c.Total(t.Context(), "ct_1"); err != nil || total != 1250.5 {
		t.Errorf("%v %v", total, err)
	}
	s.SetPending(1)
	if ready, err := c.Ready(t.Context(), "ct_1"); ready || err != nil {
		t.Errorf("%v %v", ready, err)
	}
}

// TestDetailsDropped: the error does not say which fields to mend.
func TestDetailsDropped(t *testing.T) {
	s, cfg := start(t)
	ctx, bad := t.Context(), sessions.Wish{Redirect: "http://localhost"}
	c := sessions.New(cfg)
	for name, begin := range map[string]func(context.Context, sessions.Wish) (string, error){
		"Start": c.Start, "StartNamed": c.StartNamed, "StartFirst": c.StartFirst, "StartShort": c.StartShort,
		"StartExpecting": c.StartExpecting, "Desk": sessions.NewDesk(cfg).Start, "Terse": sessions.NewTerse(cfg).Start,
	} {
		_, err := begin(ctx, bad)
		if err == nil || strings.Contains(err.Error(), "redirect_uri") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, begin := range map[string]func(context.Context, sessions.Wish) (string, error){
		"StartJoined": c.StartJoined, "Counter": sessions.NewCounter(cfg).Start,
	} {
		_, err := begin(ctx, bad)
		if err == nil || !strings.Contains(err.Error(), "redirect_uri") || strings.Contains(err.Error(), "tr_51c0") != (name == "Counter") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ids, err := c.List(ctx); err != nil || len(ids) != 2 {
		t.Errorf("%d of six sessions, %v", len(ids), err)
	}
	s.DropNext(1)
	if _, err := c.StartStubborn(ctx, sessions.Wish{Connector: "bank", Redirect: "https://app.example.com"}); err != nil || s.Sessions() != 2 {
		t.Errorf("%d sessions for one wish, %v", s.Sessions(), err)
	}
}

// TestBodiesLeak: each call leaves bodies open, and with them connections.
func TestBodiesLeak(t *testing.T) {
	ctx := t.Context()
	for name, c := range map[string]struct {
		right bool
		ask   func(*fake.Server, call.Config)
	}{
		"Status": {false, func(_ *fake.Server, c call.Config) { _, _ = credentials.New(c).Status(ctx, "") }},
		"Stream": {false, func(_ *fake.Server, c call.Config) { _ = credentials.New(c).Stream(ctx, io.Discard, "ct_1") }},
		"Patient": {false, func(s *fake.Server, c call.Config) {
			s.FailNext(2, 500)
			_, _ = credentials.New(c).Patient(ctx, "ct_1")
		}},
		"Raw":     {false, func(_ *fake.Server, c call.Config) { _, _ = credentials.New(c).Raw(ctx, "ct_1") }},
		"Copy":    {false, func(_ *fake.Server, c call.Config) { _ = credentials.New(c).Copy(ctx, io.Discard, "") }},
		"Pending": {false, func(_ *fake.Server, c call.Config) { _, _ = credentials.NewFeed(c).Pending(ctx, "") }},
		"Known":   {false, func(_ *fake.Server, c call.Config) { _, _ = credentials.NewFeed(c).Known(ctx, "ct_1") }},
		"Blocked": {true, func(_ *fake.Server, c call.Config) {
			_, _ = credentials.NewFeed(c).Blocked(ctx, "")
			_, _ = credentials.NewFeed(c).Blocked(ctx, "ct_1")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, cfg := start(t)
			tracker := &fake.Tracker{Base: http.DefaultTransport}
			cfg.Pool = tracker
			c.ask(s, cfg)
			if (tracker.Open() == 0) != c.right {
				t.Errorf("%d bodies left open", tracker.Open())
			}
		})
	}
}

// TestStates: a delay, a block and a wrong password are not what they are taken for.
func TestStates(t *testing.T) {
	s, cfg := start(t)
	ctx, c := t.Context(), credentials.New(cfg)
	if token, err := c.Exchange(ctx, "delayed"); err != nil || token != "ct_delayed" {
		t.Errorf("a token that works in a day or two: %q %v", token, err)
	}
	s.SetPending(2)
	for _, ct := range []string{"ct_blocked", "ct_sca"} {
		if err := c.Wait(ctx, ct, time.Millisecond); err != nil {
			t.Errorf("%s: %v", ct, err)
		}
	}
	before := s.Calls("/v0/bank/credentials/account")
	if err := c.Insist(ctx, "ct_wrong"); err == nil || s.Calls("/v0/bank/credentials/account")-before != 4 {
		t.Errorf("wrong password tried %d times, %v", s.Calls("/v0/bank/credentials/account")-before, err)
	}
	if got := credentials.Advice(&call.Error{Code: 50002}); got != "try again later" {
		t.Errorf("advice for a wrong password: %q", got)
	}
}

// TestNoRetry: one 500 is enough.
func TestNoRetry(t *testing.T) {
	s, cfg := start(t)
	ctx := t.Context()
	for name, c := range map[string]struct {
		fails bool
		ask   func() error
	}{
		"Count":   {true, func() error { _, err := links.New(cfg).Count(ctx); return err }},
		"Pending": {true, func() error { _, err := links.New(cfg).Pending(ctx, "ct_1"); return err }},
		"Mirror":  {true, func() error { _, err := links.NewMirror(cfg).Name(ctx, "l1"); return err }},
		"Quick":   {true, func() error { _, err := links.NewQuick(cfg).Name(ctx, "l1"); return err }},
		"Stored":  {true, func() error { _, err := links.NewShelf(cfg).Stored(ctx, "l1"); return err }},
		"Name":    {false, func() error { _, err := links.New(cfg).Name(ctx, "l1"); return err }},
		"Board":   {false, func() error { _, err := links.NewBoard(cfg).Name(ctx, "l1"); return err }},
		"Shelf":   {false, func() error { _, err := links.NewShelf(cfg).Name(ctx, "l1"); return err }},
	} {
		s.FailNext(1, 500)
		if err := c.ask(); (err != nil) != c.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTokenExpires: the second call, after the token's end, gets 401.
func TestTokenExpires(t *testing.T) {
	s, cfg := start(t)
	s.SetLifetime(0)
	ctx := t.Context()
	shared, err := tokens.NewShared(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := tokens.NewFrozen(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	captured, err := tokens.NewCaptured(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	static, err := tokens.NewStatic(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	type ask = func(context.Context, string) (string, error)
	wrong := map[string]ask{
		"Simple": tokens.NewSimple(cfg).Link, "Misspelt": tokens.NewMisspelt(cfg).Link, "Late": tokens.NewLate(cfg).Link,
		"Shared": shared.Link, "Frozen": frozen.Link, "Captured": captured.Link, "Static": static.Link,
		"LinkOf": func(ctx context.Context, id string) (string, error) { return tokens.LinkOf(ctx, cfg, id) },
	}
	right := map[string]ask{
		"PerCall": tokens.NewPerCall(cfg).Link, "Signed": tokens.NewSigned(cfg).Link, "Reusing": tokens.NewReusing(cfg).Link,
	}
	for _, clients := range []map[string]ask{wrong, right} {
		for name, link := range clients {
			got, err := link(ctx, "l1")
			if name == "LinkOf" && err != nil {
				continue // the process has kept the token of an earlier run of this test
			}
			if err != nil || got != "onboarding" {
				t.Errorf("%s, first call: %q %v", name, got, err)
			}
		}
	}
	s.ExpireTokens()
	for name, link := range wrong {
		_, err := link(ctx, "l1")
		if e := call.As(err); e == nil || e.Status != http.StatusUnauthorized {
			t.Errorf("%s, after the token's end: %v", name, err)
		}
	}
	for name, link := range right {
		s.ExpireTokens()
		if _, err := link(ctx, "l1"); err != nil {
			t.Errorf("%s, after the token's end: %v", name, err)
		}
	}
}

// TestConnectionsThrownAway: a connection for every call.
func TestConnectionsThrownAway(t *testing.T) {
	const calls = 6
	type ask = func(context.Context, string) (string, error)
	for name, c := range map[string]struct {
		again bool
		make  func(call.Config) ask
	}{
		"Poller":         {true, func(c call.Config) ask { return monitor.NewPoller(c).Name }},
		"Courier":        {true, func(c call.Config) ask { return monitor.NewCourier(c).Name }},
		"BehindFirewall": {true, func(c call.Config) ask { return monitor.NewBehindFirewall(c).Name }},
		"Fresh":          {true, func(c call.Config) ask { return monitor.New(c).Fresh }},
		"Sweep": {true, func(c call.Config) ask {
			w := monitor.New(c)
			return func(ctx context.Context, id string) (string, error) { return "", w.Sweep(ctx, []string{id}) }
		}},
		"Screen": {true, func(c call.Config) ask { return monitor.NewScreen(c).Name }},
		"Name":   {false, func(c call.Config) ask { return monitor.New(c, monitor.WithIdle(4)).Name }},
		"Wall":   {false, func(c call.Config) ask { return monitor.NewWall(c).Name }},
	} {
		t.Run(name, func(t *testing.T) {
			s, cfg := start(t)
			look := c.make(cfg)
			for range calls {
				if _, err := look(t.Context(), "l1"); err != nil {
					t.Fatal(err)
				}
			}
			if n := s.Conns(); (n >= calls) != c.again {
				t.Errorf("%d connections for %d calls", n, calls)
			}
		})
	}
}

// TestAdmin: the wrong method, the wrong type, and a start that works once.
func TestAdmin(t *testing.T) {
	_, cfg := start(t)
	ctx, c := t.Context(), admin.New(cfg)
	if err := c.Provision(ctx, "app"); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"409": c.Provision(ctx, "app"),
		"405": c.Status(ctx, "ct_1"),
		"415": c.Upload(ctx, "contract.pdf", []byte("%PDF-1.7 ...")),
	} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.UploadStatement(ctx, "1"); err == nil || !strings.Contains(err.Error(), "415") {
		t.Errorf("xml as pdf: %v", err)
	}
	if err := admin.NewStandard(cfg).Provision(ctx, "other"); err == nil || !strings.Contains(err.Error(), "Not matching body content type") {
		t.Errorf("form to the token endpoint: %v", err)
	}
}

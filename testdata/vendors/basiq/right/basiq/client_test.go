package basiq_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/right/basiq"
	"example.com/basiq/right/basiqerr"
	"example.com/basiq/right/transport"
)

// client is a client of a new server, with a count of the bodies it leaves open.
func client(t *testing.T) (*basiq.Client, *fake.Server, *fake.Bodies) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(srv.Close)
	bodies := &fake.Bodies{Base: transport.Base()}
	c := basiq.New(srv.Key,
		basiq.WithBaseURL(srv.URL),
		basiq.WithTransport(bodies),
		basiq.WithRetry(transport.WithDelays(time.Millisecond, 5*time.Millisecond)))
	t.Cleanup(func() {
		if n := bodies.Open(); n != 0 {
			t.Errorf("%d bodies left open", n)
		}
	})
	return c, srv, bodies
}

func TestTransactionsReadsEveryPage(t *testing.T) {
	t.Parallel()
	c, _, _ := client(t)
	all, err := c.Transactions(t.Context(), fake.User)
	if err != nil || len(all) != 5 || all[4].ID != "t-5" {
		t.Errorf("transactions: %+v, %v", all, err)
	}
}

func TestErrorsSayEverything(t *testing.T) {
	t.Parallel()
	c, _, _ := client(t)
	_, err := c.CreateUser(t.Context(), basiq.User{Email: "nobody"})
	for _, want := range []string{"(user/email)", "(user/mobile)", "bd1183d9-0000-4000-8000-6789bfc80ac5"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	if _, err := c.User(t.Context(), "nobody"); !basiqerr.Has(err, "resource-not-found") {
		t.Errorf("error: %v", err)
	}
}

func TestFaultsAreRetriedWhereThatIsSafe(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	srv.Fail(500, 429, 503)
	if _, err := c.User(t.Context(), fake.User); err != nil {
		t.Error(err)
	}
	srv.LoseAnswers(1)
	if _, err := c.CreateUser(t.Context(), basiq.User{Email: "a@example.com", Mobile: "+61400000000"}); err == nil {
		t.Error("no error though the answer was lost")
	}
	if n := srv.Users(); n != 1 {
		t.Errorf("%d users, want 1", n)
	}
}

func TestTokenIsRenewed(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	if _, err := c.User(t.Context(), fake.User); err != nil {
		t.Fatal(err)
	}
	srv.ExpireTokens() // answered with 403
	if _, err := c.CreateUser(t.Context(), basiq.User{Email: "a@example.com", Mobile: "+61400000000"}); err != nil {
		t.Error(err)
	}
	if n := srv.Logins(); n != 2 {
		t.Errorf("%d tokens, want 2", n)
	}
}

func TestTokenIsRenewedBeforeItsEnd(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	srv.TokenLife(30 * time.Second) // less than the margin
	for range 3 {
		if _, err := c.User(t.Context(), fake.User); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.Logins(); n != 3 {
		t.Errorf("%d tokens, want 3", n)
	}
}

func TestConcurrentCallsShareOneToken(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.User(t.Context(), fake.User); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := srv.Logins(); n != 1 {
		t.Errorf("%d tokens, want 1", n)
	}
}

func TestRefreshTwice(t *testing.T) {
	t.Parallel()
	c, _, _ := client(t)
	first, isNew, err := c.Refresh(t.Context(), fake.User, fake.Connection)
	if err != nil || !isNew {
		t.Fatalf("new %v, %v", isNew, err)
	}
	second, isNew, err := c.Refresh(t.Context(), fake.User, fake.Connection)
	if err != nil || isNew || second != first {
		t.Errorf("job %s, new %v, %v; want the running %s", second, isNew, err, first)
	}
}

func TestSubscribeTwice(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	for range 2 {
		if err := c.Subscribe(t.Context(), "https://hooks.example.com/webhooks/basiq", []string{"account.updated"}); err != nil {
			t.Error(err)
		}
	}
	if n := srv.Requests(http.MethodPost, "/notifications/webhooks"); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

func TestDeleteAndOneConnection(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	for range 5 {
		if err := c.DeleteUser(t.Context(), fake.User); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.Conns(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

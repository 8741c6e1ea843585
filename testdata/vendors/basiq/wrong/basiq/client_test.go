package basiq_test

import (
	"strings"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/basiq"
	"example.com/basiq/wrong/transport"
)

// client is a client of a new server, with a count of the bodies it leaves open.
func client(t *testing.T) (*basiq.Client, *fake.Server, *fake.Bodies) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(func() {
		srv.CloseClientConnections() // Close would wait for the leaked ones
		srv.Close()
	})
	bodies := &fake.Bodies{Base: transport.Base()}
	c := basiq.New(srv.Key,
		basiq.WithBaseURL(srv.URL),
		basiq.WithTransport(bodies),
		basiq.WithRetry(transport.WithDelays(time.Millisecond, 5*time.Millisecond)))
	return c, srv, bodies
}

func TestErrorStatusTakenForSuccess(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	if u, err := c.User(t.Context(), "nobody"); err != nil || u != (basiq.User{}) {
		t.Errorf("user: %+v, %v", u, err)
	}
	if err := c.DeleteUser(t.Context(), "nobody"); err != nil {
		t.Errorf("delete user: %v", err)
	}
	srv.Fail(500, 500, 500, 500)
	if status, err := c.ConnectionStatus(t.Context(), fake.User, fake.Connection); err != nil || status != "" {
		t.Errorf("connection: %q, %v", status, err)
	}
}

func TestErrorDoesNotSayEverything(t *testing.T) {
	t.Parallel()
	c, _, _ := client(t)
	bad := basiq.User{ID: "nobody", Email: "nobody"} // and no mobile
	_, err := c.CreateUser(t.Context(), bad)
	if err == nil || strings.Contains(err.Error(), "user/") {
		t.Errorf("create user: %v", err)
	}
	if err := c.Invite(t.Context(), bad); err == nil || strings.Contains(err.Error(), "user/email") {
		t.Errorf("invite: %v", err)
	}
	if err := c.UpdateUser(t.Context(), bad); err == nil {
		t.Error("update user: no error")
	}
	if _, err := c.Email(t.Context(), "nobody"); err == nil {
		t.Error("email: no error")
	}
}

func TestBodiesLeftOpen(t *testing.T) {
	t.Parallel()
	c, _, bodies := client(t)
	if _, err := c.AccountName(t.Context(), fake.User, fake.Account); err != nil || bodies.Open() != 0 {
		t.Errorf("account: %d open, %v", bodies.Open(), err)
	}
	// The transport replaces the body of a 403 only: that of this 404 stays as it was.
	if _, err := c.AccountName(t.Context(), fake.User, "nowhere"); err == nil || bodies.Open() != 1 {
		t.Errorf("account: %d open, %v", bodies.Open(), err)
	}
	if _, err := c.Currency(t.Context(), fake.User, fake.Account); err != nil || bodies.Open() != 2 {
		t.Errorf("currency: %d open, %v", bodies.Open(), err)
	}
	if there, err := c.Connected(t.Context(), fake.User, fake.Connection); err != nil || !there || bodies.Open() != 2 {
		t.Errorf("connected: %d open, %v", bodies.Open(), err)
	}
	if there, err := c.Connected(t.Context(), fake.User, "nowhere"); err != nil || there || bodies.Open() != 3 {
		t.Errorf("connected: %d open, %v", bodies.Open(), err)
	}
}

func TestNewConnectionEachTime(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	for range 4 {
		if err := c.Ping(t.Context(), fake.User); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.Conns(); n < 4 {
		t.Errorf("%d connections, want one a call", n)
	}
}

func TestBalanceOfBeforeTheRefresh(t *testing.T) {
	t.Parallel()
	c, _, _ := client(t)
	if _, err := c.FreshBalance(t.Context(), fake.User, fake.Connection, fake.Account); err != nil {
		t.Fatal(err)
	}
	j, err := c.Job(t.Context(), "job-1")
	if err != nil || j.Steps[2].Status != "pending" {
		t.Errorf("job: %+v, %v; want one that has not got so far", j, err)
	}
}

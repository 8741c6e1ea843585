package ixon_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/right/apierr"
	"example.com/ixon/right/auth"
	"example.com/ixon/right/ixon"
	"example.com/ixon/right/transport"
)

var cred = auth.Credentials{Email: fake.Email, Password: fake.Password}

// client is a client of a new server, with a count of the bodies it leaves open.
func client(t *testing.T) (*ixon.Client, *fake.Server, *fake.Bodies) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(srv.Close)
	bodies := &fake.Bodies{Base: transport.Base()}
	c := ixon.New(fake.Application, fake.Company, cred,
		ixon.WithBaseURL(srv.URL),
		ixon.WithTransport(bodies),
		ixon.WithRetry(transport.WithDelays(time.Millisecond, 5*time.Millisecond)))
	return c, srv, bodies
}

func TestAgentsReadsEveryPage(t *testing.T) {
	t.Parallel()
	c, _, bodies := client(t)
	agents, err := c.Agents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(agents) != 5 || agents[4].Name != "router 5" || agents[0].ValuesPerHour != 4294967295 {
		t.Errorf("agents: %+v", agents)
	}
	if n := bodies.Open(); n != 0 {
		t.Errorf("%d bodies left open", n)
	}
}

func TestErrorsNameEveryProperty(t *testing.T) {
	t.Parallel()
	c, srv, bodies := client(t)
	_, err := c.AddDevices(t.Context(), "agent0000001", []ixon.Device{{Name: "plc"}, {}, {}})
	for _, want := range []string{"item 1: name: Required value", "item 2: name: Required value"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	if err := c.Reboot(t.Context(), "agent0000009"); err == nil {
		t.Error("no error for an agent that is not there")
	}
	other := ixon.New(fake.Application, "1", cred, ixon.WithBaseURL(srv.URL))
	if err := other.Remove(t.Context(), "agent0000001"); err == nil || !strings.Contains(err.Error(), "Api-Company: Invalid value") {
		t.Errorf("error: %v", err)
	}
	if n := bodies.Open(); n != 0 {
		t.Errorf("%d bodies left open", n)
	}
}

func TestFaultsAreRetriedWhereThatIsSafe(t *testing.T) {
	t.Parallel()
	c, srv, bodies := client(t)
	srv.Fail(500, 503)
	if _, err := c.Agent(t.Context(), "agent0000001"); err != nil {
		t.Error(err)
	}
	srv.Fail(502)
	if err := c.SetTimeServers(t.Context(), "agent0000001", []string{"pool.example.org"}); err != nil {
		t.Error(err)
	}
	srv.LoseAnswers(1)
	if _, err := c.AddDevices(t.Context(), "agent0000001", []ixon.Device{{Name: "plc"}}); err == nil {
		t.Error("no error though the answer was lost")
	}
	if n := srv.Devices("agent0000001"); n != 1 {
		t.Errorf("%d devices, want 1", n)
	}
	if n := bodies.Open(); n != 0 {
		t.Errorf("%d bodies left open", n)
	}
}

func TestTooManyRequestsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	srv.Fail(http.StatusTooManyRequests)
	_, err := c.Agent(t.Context(), "agent0000001")
	var e *apierr.Error
	if !errors.As(err, &e) || e.Status != http.StatusTooManyRequests {
		t.Errorf("error: %v", err)
	}
}

func TestTokenIsRenewed(t *testing.T) {
	t.Parallel()
	c, srv, bodies := client(t)
	if _, err := c.Agent(t.Context(), "agent0000001"); err != nil {
		t.Fatal(err)
	}
	srv.ExpireTokens()
	if err := c.Rename(t.Context(), "agent0000001", "lathe"); err != nil {
		t.Error(err)
	}
	if name := srv.AgentName("agent0000001"); name != "lathe" {
		t.Errorf("name: %q", name)
	}
	if n := srv.Logins(); n != 2 {
		t.Errorf("%d logins, want 2", n)
	}
	if n := bodies.Open(); n != 0 {
		t.Errorf("%d bodies left open", n)
	}
}

func TestTokenIsRenewedBeforeItsEnd(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	srv.TokenLife(time.Second) // less than the margin
	for range 3 {
		if _, err := c.Agent(t.Context(), "agent0000001"); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.Logins(); n != 3 {
		t.Errorf("%d logins, want 3", n)
	}
}

func TestConcurrentCallsLogInOnce(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.Agent(t.Context(), "agent0000001"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := srv.Logins(); n != 1 {
		t.Errorf("%d logins, want 1", n)
	}
}

func TestLoginErrors(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	srv.RequireOTP()
	if _, err := c.Agent(t.Context(), "agent0000001"); err == nil || !strings.Contains(err.Error(), "2FA is required") {
		t.Errorf("error: %v", err)
	}
	wrong := ixon.New(fake.Application, fake.Company, auth.Credentials{Email: "x"}, ixon.WithBaseURL(srv.URL))
	if _, err := wrong.Agent(t.Context(), "agent0000001"); !apierr.IsTokenRefused(err) {
		t.Errorf("error: %v", err)
	}
}

func TestOneConnection(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	for range 5 {
		if _, err := c.Agent(t.Context(), "agent0000001"); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.Conns(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

package ixon_test

import (
	"strings"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/ixon"
	"example.com/ixon/wrong/transport"
)

// client is a client of a new server, with a count of the bodies it leaves open.
func client(t *testing.T) (*ixon.Client, *fake.Server, *fake.Bodies) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(func() {
		srv.CloseClientConnections() // Close would wait for the leaked ones
		srv.Close()
	})
	bodies := &fake.Bodies{Base: transport.Base()}
	c := ixon.New(fake.Application, fake.Company,
		auth.Credentials{Email: fake.Email, Password: fake.Password},
		ixon.WithBaseURL(srv.URL),
		ixon.WithTransport(bodies),
		ixon.WithRetry(transport.WithDelays(time.Millisecond, 5*time.Millisecond)))
	return c, srv, bodies
}

const (
	known   = "agent0000001"
	unknown = "agent0000009"
)

func TestErrorStatusTakenForSuccess(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	if a, err := c.Agent(t.Context(), unknown); err != nil || a != (ixon.Agent{}) {
		t.Errorf("agent: %+v, %v", a, err)
	}
	if err := c.Reboot(t.Context(), unknown); err != nil {
		t.Errorf("reboot: %v", err)
	}
	srv.Fail(500, 500, 500, 500)
	if err := c.SetTimeServers(t.Context(), known, []string{"pool.example.org"}); err != nil {
		t.Errorf("time servers: %v", err)
	}
	if zone, err := c.Locate(t.Context(), unknown); err != nil || zone != "" {
		t.Errorf("zone: %q, %v", zone, err)
	}
}

func TestErrorDoesNotNameTheProperty(t *testing.T) {
	t.Parallel()
	c, _, _ := client(t)
	_, zone := c.Zone(t.Context(), unknown)
	for name, err := range map[string]error{
		"remove": c.Remove(t.Context(), unknown),
		"rename": c.Rename(t.Context(), known, ""),
		"zone":   zone,
	} {
		if err == nil || strings.Contains(err.Error(), "publicId") || strings.Contains(err.Error(), "name: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := c.AddDevices(t.Context(), known, []ixon.Device{{}, {}})
	if err == nil || strings.Count(err.Error(), "Required value") != 1 {
		t.Errorf("add devices: %v", err)
	}
}

func TestBodiesLeftOpen(t *testing.T) {
	t.Parallel()
	c, _, bodies := client(t)
	if _, err := c.Status(t.Context(), known); err != nil || bodies.Open() != 0 {
		t.Errorf("status: %d open, %v", bodies.Open(), err)
	}
	if _, err := c.Status(t.Context(), unknown); err == nil || bodies.Open() != 1 {
		t.Errorf("status: %d open, %v", bodies.Open(), err)
	}
	if err := c.Describe(t.Context(), known, "second hall"); err != nil || bodies.Open() != 2 {
		t.Errorf("describe: %d open, %v", bodies.Open(), err)
	}
}

func TestNewConnectionEachTime(t *testing.T) {
	t.Parallel()
	c, srv, _ := client(t)
	for range 4 {
		if _, err := c.Name(t.Context(), known); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.Conns(); n < 4 {
		t.Errorf("%d connections, want one a call", n)
	}
}

package audit_test

import (
	"bytes"
	"strings"
	"testing"

	"example.com/ixon/fake"
	"example.com/ixon/right/audit"
	"example.com/ixon/right/auth"
	"example.com/ixon/right/transport"
)

func TestExport(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	bodies := &fake.Bodies{Base: transport.Base()}
	cred := auth.Credentials{Email: fake.Email, Password: fake.Password}
	e := audit.New(srv.URL, fake.Application, fake.Company, cred, bodies)

	srv.Fail(500)
	var log bytes.Buffer
	if err := e.Export(t.Context(), "agent0000001", &log); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "\n"); n != 3 {
		t.Errorf("%d lines, want 3: %s", n, log.String())
	}
	if err := e.Export(t.Context(), "agent0000009", &log); err == nil || !strings.Contains(err.Error(), "publicId: Not found") {
		t.Errorf("error: %v", err)
	}
	if n := bodies.Open(); n != 0 {
		t.Errorf("%d bodies left open", n)
	}
	if n := srv.Logins(); n != 1 {
		t.Errorf("%d logins, want 1", n)
	}
}

package provision_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/provision"
	"example.com/ixon/wrong/transport"
)

const known = "agent0000001"

func tool(t *testing.T) (*provision.Tool, *fake.Server) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(srv.Close)
	cred := auth.Credentials{Email: fake.Email, Password: fake.Password}
	quick := transport.WithDelays(time.Millisecond, 5*time.Millisecond)
	return provision.New(srv.URL, fake.Application, fake.Company, cred, quick), srv
}

func TestRequestsThatIxonRefuses(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	_, zone := p.Zone(t.Context(), known)
	_, me := p.Me(t.Context())
	_, login := p.Login(t.Context(), auth.Credentials{Email: fake.Email, Password: fake.Password})
	if login == nil || !strings.Contains(login.Error(), "Authorization") {
		t.Errorf("login: %v", login)
	}
	for want, err := range map[string]error{
		"Api-Company: Required header":                                          zone,
		"Authorization: Authorization must start with a type and have a creden": me,
		"Content-Type: Invalid value":                                           p.Title(t.Context(), known, "lathe"),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

func TestTokenFileWithNewline(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("fake0000000000000000000000000001\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Holder(t.Context(), file); err == nil || !strings.Contains(err.Error(), "invalid header field value") {
		t.Errorf("error: %v", err)
	}
}

func TestAnswersHalfRead(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	if names, err := p.Names(t.Context()); err != nil || len(names) != 2 {
		t.Errorf("names: %v, %v; want the first page of three", names, err)
	}
	if _, err := p.Limits(t.Context(), known); err == nil || !strings.Contains(err.Error(), "cannot unmarshal number 4294967295") {
		t.Errorf("limits: %v", err)
	}
}

func TestDeviceIsMadeTwice(t *testing.T) {
	t.Parallel()
	p, srv := tool(t)
	srv.LoseAnswers(1)
	if err := p.AddDevice(t.Context(), known, "plc"); err != nil {
		t.Fatal(err)
	}
	if n := srv.Devices(known); n != 2 {
		t.Errorf("%d devices, want 2", n)
	}
}

func TestSecondAttemptHasNoBody(t *testing.T) {
	t.Parallel()
	p, srv := tool(t)
	srv.Fail(503)
	if err := p.SetClock(t.Context(), known, []string{"pool.example.org"}); err == nil || !strings.Contains(err.Error(), "Invalid JSON") {
		t.Errorf("error: %v", err)
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	p, srv := tool(t)
	srv.Fail(503, 503, 503, 503, 503, 503, 503, 503, 503, 503)
	if err := p.Rush(t.Context(), known); err == nil {
		t.Error("rush: no error")
	}
	if n := srv.Requests(http.MethodGet, "/agents/"+known); n != 10 {
		t.Errorf("%d requests at once, want 10", n)
	}
	if err := p.Insist(t.Context(), "agent0000009"); !provision.Gone(err) {
		t.Errorf("insist: %v", err)
	}
	if n := srv.Requests(http.MethodGet, "/agents/agent0000009"); n != 4 {
		t.Errorf("%d requests for what is not there, want 4", n)
	}
}

func TestLabelOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Label(ctx, known, "hall 2"); err != nil {
		t.Errorf("label: %v", err)
	}
}

func TestResetPanicsWithoutAnswer(t *testing.T) {
	t.Parallel()
	p, srv := tool(t)
	srv.Drop(4)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	_ = p.Reset(t.Context(), known)
}

func TestTheRest(t *testing.T) {
	t.Parallel()
	p, _ := tool(t)
	if on, err := p.Online(t.Context(), known); err != nil || !on {
		t.Errorf("online: %v, %v", on, err)
	}
	if _, err := p.Backup(known); err != nil {
		t.Errorf("backup: %v", err)
	}
	if _, err := p.ServerTime(t.Context()); err != nil {
		t.Errorf("server time: %v", err)
	}
}

package data_test

import (
	"bytes"
	"errors"
	"net/http"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/auth"
	"example.com/basiq/wrong/data"
	"example.com/basiq/wrong/transport"
)

func reader(t *testing.T) (*data.Reader, *fake.Server) {
	t.Helper()
	srv := fake.New()
	t.Cleanup(func() {
		srv.CloseClientConnections() // Close would wait for the leaked ones
		srv.Close()
	})
	hc := &http.Client{Timeout: time.Second, Transport: transport.NewRetry(transport.Base())}
	return data.New(srv.URL, auth.NewSource(hc, srv.URL, srv.Key)), srv
}

func TestErrorStatusTakenForSuccess(t *testing.T) {
	t.Parallel()
	r, _ := reader(t)
	if a, err := r.Account(t.Context(), fake.User, "nowhere"); err != nil || a != (data.Account{}) {
		t.Errorf("account: %+v, %v", a, err)
	}
	if _, err := r.Checked(t.Context(), fake.User, "nowhere"); err == nil {
		t.Error("checked: no error")
	}
}

func TestOneFaultIsTheCallers(t *testing.T) {
	t.Parallel()
	r, srv := reader(t)
	srv.Fail(503)
	if _, err := r.Checked(t.Context(), fake.User, fake.Account); err != nil {
		t.Errorf("checked: %v", err)
	}
	srv.Fail(503)
	if _, err := r.Name(t.Context(), fake.User, fake.Account); err == nil {
		t.Error("name: no error")
	}
}

func TestCopyLeavesItsConnection(t *testing.T) {
	t.Parallel()
	r, srv := reader(t)
	var out bytes.Buffer
	if err := r.Copy(t.Context(), fake.User, fake.Account, &out); err != nil || out.Len() == 0 {
		t.Errorf("copy: %d bytes, %v", out.Len(), err)
	}
	for range 4 {
		if err := r.Copy(t.Context(), fake.User, fake.LargeAccount, full{}); !errors.Is(err, errFull) {
			t.Errorf("copy: %v", err)
		}
	}
	if n := srv.OpenConns(); n < 4 {
		t.Errorf("%d connections open, want one for each copy that broke off", n)
	}
}

var errFull = errors.New("disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

package data_test

import (
	"strings"
	"testing"

	"example.com/basiq/fake"
	"example.com/basiq/right/data"
	"example.com/basiq/right/transport"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	bodies := &fake.Bodies{Base: transport.Base()}
	r, err := data.New(srv.URL, srv.Key, bodies)
	if err != nil {
		t.Fatal(err)
	}
	srv.Fail(500, 429)
	a, err := r.Account(t.Context(), fake.User, fake.Account)
	if err != nil {
		t.Fatal(err)
	}
	if funds, ok := a.Funds(); !ok || funds != "123.12" {
		t.Errorf("funds: %q, %v", funds, ok)
	}
	if _, err := r.Account(t.Context(), fake.User, "nowhere"); err == nil || !strings.Contains(err.Error(), "resource-not-found") {
		t.Errorf("error: %v", err)
	}
	if n := srv.Logins(); n != 1 {
		t.Errorf("%d tokens, want 1", n)
	}
	if n := bodies.Open(); n != 0 {
		t.Errorf("%d bodies left open", n)
	}
}

func TestKeyThatIsNone(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"?", "bm8gY29sb24="} {
		if _, err := data.New("", key, nil); err == nil {
			t.Errorf("no error for the key %q", key)
		}
	}
}

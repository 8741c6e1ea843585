package assets_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/wrong/assets"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/transport"
)

func TestFirstAnswerIsLeftOpen(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(func() {
		srv.CloseClientConnections() // Close would wait for the leaked ones
		srv.Close()
	})
	login := &http.Client{
		Timeout:   time.Second,
		Transport: transport.Headers{Base: transport.Base(), Application: fake.Application},
	}
	tokens := auth.NewSource(login, srv.URL, auth.Credentials{Email: fake.Email, Password: fake.Password})
	bodies := &fake.Bodies{Base: transport.Base()}
	r := assets.New(srv.URL, fake.Application, fake.Company, tokens, bodies)

	for want := range 3 {
		if _, err := r.Name(t.Context(), "asset0000001"); err != nil {
			t.Fatal(err)
		}
		if n := bodies.Open(); n != want {
			t.Errorf("%d bodies open, want %d", n, want)
		}
		srv.ExpireTokens()
	}
}

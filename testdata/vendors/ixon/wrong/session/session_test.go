package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.com/ixon/fake"
	"example.com/ixon/wrong/auth"
	"example.com/ixon/wrong/session"
)

var cred = auth.Credentials{Email: fake.Email, Password: fake.Password}

func TestSecondCallAfterTheEndOfTheTokenFails(t *testing.T) {
	t.Parallel()
	type users interface {
		User(context.Context) (string, error)
	}
	for name, open := range map[string]func(url string) (users, error){
		"session": func(url string) (users, error) {
			return session.New(url, fake.Application, fake.Company, cred), nil
		},
		"watcher": func(url string) (users, error) {
			return session.NewWatcher(url, fake.Application, fake.Company, cred), nil
		},
		"feed": func(url string) (users, error) {
			return session.NewFeed(t.Context(), url, fake.Application, fake.Company, cred)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := fake.New()
			t.Cleanup(srv.Close)
			u, err := open(srv.URL)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := u.User(t.Context()); err != nil {
				t.Fatal(err)
			}
			srv.ExpireTokens()
			_, err = u.User(t.Context())
			if err == nil || !strings.Contains(err.Error(), "Authorization: Invalid value") {
				t.Errorf("error: %v", err)
			}
			if n := srv.Logins(); n != 1 {
				t.Errorf("%d logins, want 1", n)
			}
		})
	}
}

func TestCacheKeepsTheTokenThatHasEnded(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	c := session.NewCache(srv.URL, fake.Application, fake.Company, cred)

	for want := 1; want <= 2; want++ {
		if _, err := c.Token(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := srv.Logins(); n != want {
			t.Errorf("%d logins, want %d: good tokens are not used", n, want)
		}
	}
	srv.TokenLife(-time.Second)
	for range 2 {
		if _, err := c.Token(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.Logins(); n != 3 {
		t.Errorf("%d logins, want 3: ended tokens are used", n)
	}
	if name, err := c.Once(t.Context()); err == nil {
		t.Errorf("once: %q, want an error for a token that ends at once", name)
	}
}

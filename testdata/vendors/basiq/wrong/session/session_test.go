package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.com/basiq/fake"
	"example.com/basiq/wrong/session"
)

func TestSecondCallAfterTheEndOfTheTokenFails(t *testing.T) {
	t.Parallel()
	type users interface {
		Email(ctx context.Context, user string) (string, error)
	}
	for name, open := range map[string]func(url, key string) (users, error){
		"session": func(url, key string) (users, error) { return session.New(url, key), nil },
		"keeper":  func(url, key string) (users, error) { return session.NewKeeper(url, key), nil },
		"watcher": func(url, key string) (users, error) { return session.NewWatcher(url, key), nil },
		"feed":    func(url, key string) (users, error) { return session.NewFeed(t.Context(), url, key) },
		"reauth":  func(url, key string) (users, error) { return session.NewReauth(url, key), nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := fake.New()
			t.Cleanup(srv.Close)
			u, err := open(srv.URL, srv.Key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := u.Email(t.Context(), fake.User); err != nil {
				t.Fatal(err)
			}
			srv.ExpireTokens()
			_, err = u.Email(t.Context(), fake.User)
			if err == nil || !strings.Contains(err.Error(), "Token has expired") {
				t.Errorf("error: %v", err)
			}
			if n := srv.Logins(); n != 1 {
				t.Errorf("%d tokens, want 1", n)
			}
		})
	}
}

func TestCacheKeepsTheTokenAfterItsEnd(t *testing.T) {
	t.Parallel()
	srv := fake.New()
	t.Cleanup(srv.Close)
	srv.TokenLife(-time.Second) // ended when it is handed out
	c := session.NewCache(srv.URL, srv.Key)
	for range 2 {
		if _, err := c.Email(t.Context(), fake.User); err == nil || !strings.Contains(err.Error(), "Token has expired") {
			t.Errorf("error: %v", err)
		}
	}
	if n := srv.Logins(); n != 1 {
		t.Errorf("%d tokens, want 1: the second call uses the ended one", n)
	}
}

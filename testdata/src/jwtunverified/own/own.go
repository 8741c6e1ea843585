// Package own looks into the program's own tokens.
package own

import (
	"context"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2"
)

type session struct {
	access string
	ID     string
}

type claims struct {
	Session string
	jwt.RegisteredClaims
}

func (s *session) claims() (*claims, error) {
	c := &claims{}
	_, _, err := jwt.NewParser().ParseUnverified(s.access, c)
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *session) matches() bool {
	c, err := s.claims()
	return err == nil && c.Session == s.ID
}

func (s *session) renew() bool {
	c, err := s.claims()
	return err != nil || time.Until(c.ExpiresAt.Time) < time.Minute
}

// An ID token that came from the token endpoint itself.
func user(ctx context.Context, conf *oauth2.Config, code string) (string, error) {
	t, err := conf.Exchange(ctx, code)
	if err != nil {
		return "", err
	}
	id, _ := t.Extra("id_token").(string)
	var c claims
	if _, _, err := jwt.NewParser().ParseUnverified(id, &c); err != nil {
		return "", err
	}
	if c.Session == "" {
		return "", nil
	}
	return c.Subject, nil
}

// The token is part of what a login gave.
func expired(t *oauth2.Token) (bool, error) {
	if !t.Expiry.IsZero() {
		return t.Expiry.Before(time.Now()), nil
	}
	c := &claims{}
	if _, _, err := jwt.NewParser().ParseUnverified(t.AccessToken, c); err != nil {
		return true, err
	}
	return c.ExpiresAt.Before(time.Now()) || c.Session == "", nil
}

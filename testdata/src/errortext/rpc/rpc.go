// Package rpc calls a service by gRPC.
package rpc

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc"
)

type Secrets interface {
	Register(ctx context.Context, name string) (*Secret, error)
}

type Secret struct{ Name string }

type secrets struct{ cc grpc.ClientConnInterface }

func (s *secrets) Register(ctx context.Context, name string) (*Secret, error) {
	out := new(Secret)
	if err := s.cc.Invoke(ctx, "/secrets/Register", name, out); err != nil {
		return nil, err
	}
	return out, nil
}

func register(ctx context.Context, s Secrets, name string) error {
	_, err := s.Register(ctx, name)
	if err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	return nil
}

func Command(s Secrets) func(context.Context, string) error {
	return func(ctx context.Context, name string) error {
		err := register(ctx, s, name)
		if err != nil {
			if strings.Contains(err.Error(), "resource exists") { // want `wording of an API's error`
				return nil
			}
		}
		return err
	}
}

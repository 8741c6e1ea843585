// Package errgroup is a stub for fixtures.
package errgroup

import "context"

type Group struct{}

func WithContext(ctx context.Context) (g *Group, group context.Context) { return }
func (g *Group) Wait() (err error)                                      { return }
func (g *Group) Go(f func() error)                                      {}
func (g *Group) TryGo(f func() error) (ok bool)                         { return }
func (g *Group) SetLimit(n int)                                         {}

// Package jobs is what handlers of other packages hand their work to.
package jobs

import (
	"context"
	"net/http"
	"os/exec"
	"time"
)

type Event struct{ ID string }

type key struct{}

type Repo interface {
	Save(ctx context.Context, e Event) error
}

type Service struct{ Repo Repo }

// Tagged returns a context that ends with ctx.
func Tagged(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, key{}, id)
}

// Detached returns a context of its own.
func Detached(ctx context.Context) context.Context {
	return context.WithoutCancel(ctx)
}

// ID reads a value.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}

// Process works on ctx.
func (s *Service) Process(ctx context.Context, e Event) {
	if err := s.Repo.Save(ctx, e); err != nil {
		panic(err)
	}
}

// Enqueue starts work on ctx and returns.
func (s *Service) Enqueue(ctx context.Context, e Event) {
	go s.Process(ctx, e)
}

// EnqueueOwn starts work on a context of its own.
func (s *Service) EnqueueOwn(ctx context.Context, e Event) {
	go s.Process(context.WithoutCancel(ctx), e)
}

// EnqueueAll starts work and waits for it.
func (s *Service) EnqueueAll(ctx context.Context, e Event) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Process(ctx, e)
	}()
	<-done
}

// Build runs a command to its end.
func Build(dir string) error {
	cmd := exec.Command("make", "all")
	cmd.Dir = dir
	return cmd.Run()
}

// BuildContext runs a command until ctx ends.
func BuildContext(ctx context.Context, dir string) error {
	return exec.CommandContext(ctx, "make", dir).Run()
}

// BuildSoon runs a command that is stopped in time.
func BuildSoon(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return exec.CommandContext(ctx, "make", dir).Run()
}

// Notify sends a request that nothing bounds.
func Notify(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

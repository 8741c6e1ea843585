// Package ctx has handlers whose work ends with the request, and look-alikes.
package ctx

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"webhookdeadline/jobs"
)

type server struct {
	repo    jobs.Repo
	service *jobs.Service
	hook    func(context.Context, *http.Request) context.Context
	derive  func(context.Context) context.Context
	base    context.Context
	queue   chan func()
	client  *http.Client
	log     *slog.Logger
}

func newServer(repo jobs.Repo) *server {
	return &server{repo: repo, derive: func(context.Context) context.Context { return context.Background() }}
}

func (s *server) direct(w http.ResponseWriter, r *http.Request) {
	go s.repo.Save(r.Context(), jobs.Event{}) // want `Repo.Save runs in the background on the request's context`
	w.WriteHeader(http.StatusAccepted)
}

func (s *server) closure(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	w.WriteHeader(http.StatusAccepted)
	go func() { // want `Repo.Save runs in the background on the request's context, which ends when the handler returns: it is cut off; use context.WithoutCancel`
		if err := s.repo.Save(ctx, jobs.Event{}); err != nil {
			slog.Error("save", "err", err)
		}
	}()
}

func (s *server) parameter(w http.ResponseWriter, r *http.Request) {
	go func(ctx context.Context) { // want `Repo.Save runs in the background`
		s.repo.Save(ctx, jobs.Event{})
	}(r.Context())
}

func (s *server) derived(w http.ResponseWriter, r *http.Request) {
	ctx, _ := context.WithTimeout(context.WithValue(r.Context(), "k", 1), time.Minute)
	go s.work(ctx, jobs.Event{}) // want `Repo.Save runs in the background|server.work runs in the background`
}

func (s *server) work(ctx context.Context, e jobs.Event) {
	s.repo.Save(ctx, e)
}

// The context comes from the caller.
func (s *server) outer(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if r.Method == http.MethodPost {
		s.inner(ctx, w, r)
	}
}

func (s *server) inner(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	var e jobs.Event
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		http.Error(w, "bad", http.StatusBadRequest)
		return
	}
	go s.work(ctx, e) // want `runs in the background on the request's context`
	io.WriteString(w, "success")
}

// A helper of another package returns the derived context, an optional hook
// may replace it.
func (s *server) helper(w http.ResponseWriter, r *http.Request) {
	ctx := jobs.Tagged(r.Context(), "id")
	if s.hook != nil {
		ctx = s.hook(ctx, r)
	}
	w.WriteHeader(http.StatusAccepted)
	go func() { // want `runs in the background on the request's context`
		s.work(ctx, jobs.Event{})
	}()
}

// A function of another package starts the goroutine.
func (s *server) elsewhere(w http.ResponseWriter, r *http.Request) {
	s.service.Enqueue(r.Context(), jobs.Event{}) // want `Service.Enqueue runs in the background on the request's context`
	s.service.EnqueueOwn(r.Context(), jobs.Event{})
	s.service.EnqueueAll(r.Context(), jobs.Event{})
}

func (s *server) processElsewhere(w http.ResponseWriter, r *http.Request) {
	go s.service.Process(r.Context(), jobs.Event{}) // want `Service.Process runs in the background`
}

// No r.Context() in sight: the handler's own cancel ends the context.
func (s *server) cancelled(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.start(ctx, jobs.Event{})
	w.WriteHeader(http.StatusAccepted)
}

func (s *server) start(ctx context.Context, e jobs.Event) {
	go s.work(ctx, e) // want `on a context that the deferred cancel ends when the handler returns`
}

// Cancelling in the goroutine itself is right.
func (s *server) cancelsItself(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	go func() {
		defer cancel()
		s.work(ctx, jobs.Event{})
	}()
}

func (s *server) later(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	time.AfterFunc(time.Second, func() { s.work(ctx, jobs.Event{}) }) // want `runs in the background`
}

func (s *server) queued(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	s.queue <- func() { s.work(ctx, jobs.Event{}) } // want `runs in the background`
}

func (s *server) queuedOwn(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithoutCancel(r.Context())
	s.queue <- func() { s.work(ctx, jobs.Event{}) }
}

func (s *server) outbound(w http.ResponseWriter, r *http.Request) {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "https://api.example.com", nil)
	if err != nil {
		return
	}
	go func() { // want `Client.Do runs in the background on the request's context`
		resp, err := s.client.Do(req)
		if err == nil {
			resp.Body.Close()
		}
	}()
}

// Literals that are handlers themselves.
func (s *server) constructor() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		go s.work(r.Context(), jobs.Event{}) // want `runs in the background`
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(context.WithValue(r.Context(), "user", "x"))
	go s.work(r.Context(), jobs.Event{}) // want `runs in the background`
}

func (s *server) group(w http.ResponseWriter, r *http.Request) {
	g, ctx := errgroup.WithContext(r.Context())
	g.Go(func() error { return s.repo.Save(ctx, jobs.Event{}) })
	if err := g.Wait(); err != nil {
		http.Error(w, "no", 500)
	}
}

func (s *server) groupForgotten(w http.ResponseWriter, r *http.Request) {
	g, ctx := errgroup.WithContext(r.Context())
	g.Go(func() error { return s.repo.Save(ctx, jobs.Event{}) }) // want `runs in the background`
	w.WriteHeader(http.StatusAccepted)
}

// Right: a context of its own.

func (s *server) background(w http.ResponseWriter, r *http.Request) {
	go s.work(context.Background(), jobs.Event{})
}

func (s *server) withoutCancel(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithoutCancel(r.Context())
	go s.work(ctx, jobs.Event{})
	go s.work(jobs.Detached(r.Context()), jobs.Event{})
}

func (s *server) detachedInside(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	go func() { s.work(context.WithoutCancel(ctx), jobs.Event{}) }()
}

func (s *server) ownField(w http.ResponseWriter, r *http.Request) {
	go s.work(s.base, jobs.Event{})
}

func (s *server) chosen(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if r.URL.Query().Has("async") {
		ctx = context.Background()
	}
	go s.work(ctx, jobs.Event{})
}

// A function value that returns a fresh context.
func (s *server) deriver(w http.ResponseWriter, r *http.Request) {
	go s.work(s.derive(r.Context()), jobs.Event{})
	go s.work(s.derivedOrNot(r.Context()), jobs.Event{})
}

func (s *server) derivedOrNot(ctx context.Context) context.Context {
	if s.derive == nil {
		return ctx
	}
	return s.derive(ctx)
}

// Right: the handler waits.

func (s *server) waitGroup(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.work(r.Context(), jobs.Event{})
		}()
	}
	wg.Wait()
}

func (s *server) deferredWait(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { s.work(r.Context(), jobs.Event{}) })
}

func (s *server) results(w http.ResponseWriter, r *http.Request) {
	ch := make(chan error, 1)
	go func() { ch <- s.repo.Save(r.Context(), jobs.Event{}) }()
	select {
	case err := <-ch:
		fmt.Fprintln(w, err)
	case <-time.After(time.Second):
	}
}

func (s *server) ranged(w http.ResponseWriter, r *http.Request) {
	for e := range s.produce(r.Context()) {
		fmt.Fprintln(w, e.ID)
	}
}

func (s *server) produce(ctx context.Context) <-chan jobs.Event {
	ch := make(chan jobs.Event)
	go func() {
		defer close(ch)
		s.work(ctx, jobs.Event{})
		ch <- jobs.Event{}
	}()
	return ch
}

func (s *server) pipe(w http.ResponseWriter, r *http.Request) {
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(s.repo.Save(r.Context(), jobs.Event{})) }()
	io.Copy(w, pr)
}

// Right: the goroutine is meant to end with the request.

func (s *server) watches(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	go func() {
		<-ctx.Done()
		s.repo.Save(ctx, jobs.Event{})
	}()
}

func (s *server) stream(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	go s.heartbeat(ctx)
	go s.work(ctx, jobs.Event{})
	<-ctx.Done()
}

func (s *server) heartbeat(ctx context.Context) {
	t := time.NewTicker(time.Second)
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s.repo.Save(ctx, jobs.Event{})
		}
	}
}

type conn interface {
	Read() ([]byte, error)
	Write(ctx context.Context, b []byte) error
}

func (s *server) socket(c conn) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		go func() { c.Write(r.Context(), nil) }()
		for {
			if _, err := c.Read(); err != nil {
				return
			}
		}
	}
}

// Right: values only.

func (s *server) values(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	go func() {
		s.log.InfoContext(ctx, "handled", "id", jobs.ID(ctx))
		s.work(context.Background(), jobs.Event{})
	}()
}

// Right: the next handler takes its time.
func (s *server) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go s.work(r.Context(), jobs.Event{})
		next.ServeHTTP(w, r)
	})
}

// Bookkeeping after a streamed answer.

type db interface {
	Exec(ctx context.Context, query string, args ...any) (int, error)
}

func streamed(d db, lines <-chan string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f := w.(http.Flusher)
		for line := range lines {
			fmt.Fprintln(w, line)
			f.Flush()
		}
		update(r.Context(), d) // want `ctx.update writes after the streamed answer on the request's context, lost when the client has left; use context.WithoutCancel`
		update(context.WithoutCancel(r.Context()), d)
	}
}

func update(ctx context.Context, d db) {
	d.Exec(ctx, "UPDATE requests SET done = true")
}

func answered(d db) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "ok")
		update(r.Context(), d)
	}
}

// Right: an early return ends the context on purpose.
func (s *server) early(w http.ResponseWriter, r *http.Request) {
	ch := make(chan error, 1)
	go func() { ch <- s.repo.Save(r.Context(), jobs.Event{}) }()
	if r.Method != http.MethodPost {
		http.Error(w, "no", http.StatusMethodNotAllowed)
		return
	}
	<-ch
}

type orm interface {
	WithContext(ctx context.Context) orm
	Save(v any)
}

type status struct{}

func (*status) Err() error { return nil }

type cache interface {
	Set(ctx context.Context, key string) *status
}

func builders(o orm, c cache) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		go func() { // want `orm.WithContext runs in the background`
			o.WithContext(ctx).Save(1)
		}()
		go func() { // want `cache.Set runs in the background`
			c.Set(ctx, "k")
		}()
	}
}

type auditLogger interface {
	Write(ctx context.Context, msg string) error
}

type catalog interface {
	Write(ctx context.Context, msg string) error
}

func loggers(l auditLogger, c catalog) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		go func() { l.Write(ctx, "x") }()
		go func() { c.Write(ctx, "x") }() // want `catalog.Write runs in the background`
	}
}

// Only who asks for it waits.
func (s *server) optionalWait(wait bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var wg sync.WaitGroup
		wg.Add(1)
		go func(ctx context.Context) { // want `runs in the background`
			defer wg.Done()
			s.work(ctx, jobs.Event{})
		}(r.Context())
		if wait {
			wg.Wait()
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}
}

// Right: each result is received.
func (s *server) counted(w http.ResponseWriter, r *http.Request) {
	ch := make(chan error)
	events := []jobs.Event{{}, {}}
	for _, e := range events {
		go func() { ch <- s.repo.Save(r.Context(), e) }()
	}
	for range events {
		<-ch
	}
}

// Right: a streaming callback receives what the goroutine sends.
func (s *server) callback(each streamer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ch := make(chan error)
		go func() {
			defer close(ch)
			ch <- s.repo.Save(r.Context(), jobs.Event{})
		}()
		each.Stream(func() bool {
			_, ok := <-ch
			return ok
		})
	}
}

type streamer interface{ Stream(func() bool) }

func (s *server) callbackInHelper(each streamer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ch := make(chan error)
		go func() {
			defer close(ch)
			ch <- s.repo.Save(r.Context(), jobs.Event{})
		}()
		answer(w, each, ch)
	}
}

func answer(w http.ResponseWriter, each streamer, ch chan error) {
	each.Stream(func() bool {
		_, ok := <-ch
		return ok
	})
}

package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// Spawner starts a goroutine for each event. The goroutine outlives the request, so it has a context of its own.
type Spawner struct {
	secret []byte
	handle Handle
	slots  chan struct{}
}

// NewSpawner returns a Spawner with at most n events in work.
func NewSpawner(secret []byte, n int, handle Handle) *Spawner {
	return &Spawner{secret: secret, handle: handle, slots: make(chan struct{}, n)}
}

// Routes adds the receiver to a gin engine.
func (s *Spawner) Routes(e *gin.Engine) { e.POST("/webhooks/aelix", s.receive) }

func (s *Spawner) receive(c *gin.Context) {
	ev, ok := Read(c.Writer, c.Request, s.secret)
	if !ok {
		return
	}
	select {
	case s.slots <- struct{}{}:
	default:
		c.Status(http.StatusServiceUnavailable)
		return
	}
	ctx := context.WithoutCancel(c.Request.Context())
	go func() {
		defer func() { <-s.slots }()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := s.handle(ctx, ev); err != nil {
			slog.ErrorContext(ctx, "webhook", "type", ev.Type, "error", err)
		}
	}()
	c.Status(http.StatusOK)
}

// Joined answers after two look-ups that run side by side. Both are waited for, and together they may take two seconds
// of the vendor's five.
func Joined(secret []byte, first, second Handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ev, ok := Read(w, r, secret)
		if !ok {
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { note(ctx, ev, first(ctx, ev)) })
		wg.Go(func() { note(ctx, ev, second(ctx, ev)) })
		wg.Wait()
		w.WriteHeader(http.StatusOK)
	}
}

func note(ctx context.Context, ev Event, err error) {
	if err != nil {
		slog.WarnContext(ctx, "webhook", "type", ev.Type, "error", err)
	}
}

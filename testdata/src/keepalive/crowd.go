package keepalive

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// swarm asks for many at a time, over a transport that keeps two connections.
type swarm struct {
	base string
	hc   *http.Client
}

func newSwarm(base string) *swarm {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.IdleConnTimeout = 30 * time.Second
	return &swarm{base: base, hc: &http.Client{Transport: t}}
}

func (s *swarm) all(ctx context.Context, ids []string) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 16)
	for _, id := range ids {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			ask(ctx, s.hc, s.base, id) // want `many goroutines send this at once`
		})
	}
	wg.Wait()
}

func (s *swarm) byGo(ctx context.Context, ids []string) {
	for _, id := range ids {
		go ask(ctx, s.hc, s.base, id) // want `many goroutines send this at once`
	}
}

func (s *swarm) twoAtATime(ctx context.Context, ids []string) {
	slots := make(chan struct{}, 2)
	for _, id := range ids {
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			ask(ctx, s.hc, s.base, id)
		}()
	}
}

func (s *swarm) oneByOne(ctx context.Context, ids []string) {
	for _, id := range ids {
		ask(ctx, s.hc, s.base, id)
	}
}

func (s *swarm) manyHosts(ctx context.Context, hosts []string) {
	for _, host := range hosts {
		go ask(ctx, s.hc, host, "1")
	}
}

// roomy keeps as many as it opens; ask serves it too.
type roomy struct {
	base string
	hc   *http.Client
}

func newRoomy(base string) *roomy {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return &roomy{base: base, hc: &http.Client{Transport: t}}
}

func (r *roomy) all(ctx context.Context, ids []string) {
	for _, id := range ids {
		go ask(ctx, r.hc, r.base, id)
	}
}

func ask(ctx context.Context, hc *http.Client, base, id string) {
	req, err := http.NewRequestWithContext(ctx, "GET", base+"/v1/"+id, nil)
	if err != nil {
		return
	}
	resp, err := hc.Do(req)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
}

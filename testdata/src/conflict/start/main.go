// Command start makes what it needs whenever it is started.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

type broker struct {
	base string
	http *http.Client
}

func (b *broker) call(ctx context.Context, method, path string, in any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(b.base, "/")+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<12))
		return fmt.Errorf("%s %s: %d %s", method, path, resp.StatusCode, text)
	}
	return nil
}

// main serves: it is started again with every release.
func main() {
	ctx := context.Background()
	b := &broker{base: os.Getenv("BROKER"), http: &http.Client{Timeout: 10 * time.Second}}
	if err := b.createExchange(ctx, "orders"); err != nil { // want "409"
		log.Fatal(err)
	}
	if err := b.bootstrap(ctx); err != nil {
		log.Fatal(err)
	}
	if err := b.declare(ctx); err != nil {
		log.Fatal(err)
	}
	if err := setupHooks(ctx, b); err != nil { // want "409"
		log.Fatal(err)
	}
	if err := b.warm(ctx); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (b *broker) createExchange(ctx context.Context, name string) error {
	return b.call(ctx, http.MethodPost, "/api/exchanges", map[string]string{"name": name})
}

func (b *broker) bootstrap(ctx context.Context) error {
	for _, name := range []string{"mails", "bills"} {
		if err := b.createQueue(ctx, name); err != nil { // want "409"
			return fmt.Errorf("bootstrap: %w", err)
		}
	}
	return nil
}

func (b *broker) createQueue(ctx context.Context, name string) error {
	return b.call(ctx, "POST", "/api/queues", map[string]string{"name": name})
}

// A PUT makes it or leaves it.
func (b *broker) declare(ctx context.Context) error {
	return b.call(ctx, http.MethodPut, "/api/bindings/orders", nil)
}

func setupHooks(ctx context.Context, b *broker) error {
	return b.call(ctx, http.MethodPost, "/api/webhooks", map[string]string{"url": "https://hooks.example.com"})
}

// A search fills the cache.
func (b *broker) warm(ctx context.Context) error {
	return b.call(ctx, http.MethodPost, "/api/queues/search", map[string]string{"q": "*"})
}

func init() {
	if os.Getenv("SEED") == "" {
		return
	}
	b := &broker{base: os.Getenv("BROKER"), http: http.DefaultClient}
	if err := seedUsers(context.Background(), b); err != nil {
		panic(err)
	}
}

func seedUsers(ctx context.Context, b *broker) error {
	return b.call(ctx, "POST", "/api/users", map[string]string{"name": "admin"}) // want "409"
}

func syncPolicies(ctx context.Context, b *broker, names []string) error {
	for _, name := range names {
		err := b.call(ctx, "POST", "/api/policies", map[string]string{"name": name}) // want "409"
		if err != nil {
			return err
		}
	}
	return nil
}

var _ = syncPolicies

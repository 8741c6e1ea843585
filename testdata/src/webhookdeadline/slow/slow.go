// Package slow has webhook handlers that answer late, and look-alikes.
package slow

import (
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"time"

	"webhookdeadline/jobs"
)

type event struct{ ID string }

func githubHook(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Hub-Signature-256") == "" {
		http.Error(w, "unsigned", http.StatusUnauthorized)
		return
	}
	resp, err := http.Get("https://ci.example.com/build") // want `webhook answers only after http.Get, which nothing limits: github gives up after 10s and the delivery fails; queue the work`
	if err != nil {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	resp.Body.Close()
}

// The same in the background.
func githubHookQueued(w http.ResponseWriter, r *http.Request) {
	_ = r.Header.Get("X-Hub-Signature-256")
	go func() {
		if resp, err := http.Get("https://ci.example.com/build"); err == nil {
			resp.Body.Close()
		}
	}()
}

// An endpoint of the program's own may be slow.
func build(w http.ResponseWriter, r *http.Request) {
	if err := exec.Command("make").Run(); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

func stripeWebhook(w http.ResponseWriter, r *http.Request) {
	_ = r.Header["Stripe-Signature"]
	deploy(w) // want `webhook answers only after the command git, which nothing limits: stripe gives up`
}

func deploy(w http.ResponseWriter) {
	if err := exec.Command("/usr/bin/git", "clone", "https://example.com/x").Run(); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

// Named a webhook, and it reads a payload.
func handleWebhook(w http.ResponseWriter, r *http.Request) {
	var e event
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		return
	}
	jobs.Build(e.ID) // want `webhook answers only after the command make`
}

// Registered webhooks are managed here, none arrives.
func createWebhook(w http.ResponseWriter, r *http.Request) {
	var e event
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		return
	}
	jobs.Build(e.ID)
}

// No payload: an OAuth redirect.
func handleCallback(w http.ResponseWriter, r *http.Request) {
	jobs.Build(r.FormValue("code"))
}

//apivet:webhook aelix
func directive(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Minute) // want `webhook answers only after time.Sleep, which may take 1m0s: aelix gives up after 5s`
}

//apivet:webhook aelix
func shortSleep(w http.ResponseWriter, r *http.Request) {
	time.Sleep(100 * time.Millisecond)
}

//apivet:webhook
func byContext(w http.ResponseWriter, r *http.Request) {
	jobs.BuildContext(r.Context(), "x") // want `the command make, which nothing limits: the sender gives up`
}

//apivet:webhook
func boundedByContext(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	jobs.BuildContext(ctx, "x")
	jobs.BuildSoon(r.Context(), "x")
}

//apivet:webhook
func tooLong(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
	defer cancel()
	jobs.BuildContext(ctx, "x") // want `which may take 1m0s`
}

//apivet:webhook
func unknownLimit(d time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), d)
		defer cancel()
		jobs.BuildContext(ctx, "x")
	}
}

type app struct {
	slow, quick, given *http.Client
	db                 *sql.DB
	work               chan event
	buffered           chan event
	fast               chan event
}

func newApp(given *http.Client) *app {
	return &app{
		slow:     &http.Client{},
		quick:    &http.Client{Timeout: 2 * time.Second},
		given:    given,
		work:     make(chan event),
		buffered: make(chan event, 100),
		fast:     make(chan event),
	}
}

func (a *app) worker() {
	for e := range a.work {
		jobs.Build(e.ID)
	}
}

func (a *app) hub() {
	seen := map[string]bool{}
	for e := range a.fast {
		seen[e.ID] = true
	}
}

//apivet:webhook
func (a *app) slowClient(w http.ResponseWriter, r *http.Request) {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "https://api.example.com", nil)
	if err != nil {
		return
	}
	resp, err := a.slow.Do(req) // want `webhook answers only after Client.Do, which nothing limits`
	if err == nil {
		resp.Body.Close()
	}
}

//apivet:webhook
func (a *app) quickClient(w http.ResponseWriter, r *http.Request) {
	for _, c := range []*http.Client{a.quick, a.given} {
		if resp, err := c.Get("https://api.example.com"); err == nil {
			resp.Body.Close()
		}
	}
	if resp, err := a.quick.Get("https://api.example.com"); err == nil {
		resp.Body.Close()
	}
	if resp, err := a.given.Get("https://api.example.com"); err == nil {
		resp.Body.Close()
	}
}

//apivet:webhook
func (a *app) notifies(w http.ResponseWriter, r *http.Request) {
	jobs.Notify("https://chat.example.com") // want `webhook answers only after http.Get`
}

// A durable acknowledgment.
//
//apivet:webhook
func (a *app) keeps(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if _, err := a.db.ExecContext(r.Context(), "INSERT INTO events VALUES (?)", body); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}

//apivet:webhook
func (a *app) blocks(w http.ResponseWriter, r *http.Request) {
	a.work <- event{} // want `webhook answers only after work, a channel without buffer whose receiver is slow`
}

//apivet:webhook
func (a *app) queues(w http.ResponseWriter, r *http.Request) {
	a.buffered <- event{}
	a.fast <- event{}
	select {
	case a.work <- event{}:
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable)
	}
	select {
	case a.work <- event{}:
	case <-time.After(time.Second):
	}
}

// The evidence is in a helper.
func (a *app) events(w http.ResponseWriter, r *http.Request) {
	if !verify(r) {
		return
	}
	a.slow.Get("https://api.example.com") // want `slack gives up`
}

func verify(r *http.Request) bool { return r.Header.Get("x-slack-signature") != "" }

func routes(mux *http.ServeMux, a *app) {
	mux.HandleFunc("/hooks/webhook", logged(a.payload))
	mux.HandleFunc("/api/webhooks/{id}", a.update)
}

func logged(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { next(w, r) }
}

func (a *app) payload(w http.ResponseWriter, r *http.Request) {
	var e event
	if json.NewDecoder(r.Body).Decode(&e) == nil {
		jobs.Build(e.ID) // want `webhook answers only after the command make`
	}
}

func (a *app) update(w http.ResponseWriter, r *http.Request) {
	var e event
	if json.NewDecoder(r.Body).Decode(&e) == nil {
		jobs.Build(e.ID)
	}
}

// The caller asked for the output: this is no event.
func hookHandler(w http.ResponseWriter, r *http.Request) {
	args, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	out, err := exec.Command("report", string(args)).CombinedOutput()
	if err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	w.Write(out)
}

// The output is only logged.
func receiveHook(w http.ResponseWriter, r *http.Request) {
	args, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	out, err := exec.Command("report", string(args)).CombinedOutput() // want `the command report`
	if err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	println(len(out))
}

type flags struct{ wait bool }

// Who sets the flag wants to wait.
//
//apivet:webhook
func (f *flags) waitsOnDemand(w http.ResponseWriter, r *http.Request) {
	handle := func(w http.ResponseWriter) { jobs.Build("x") }
	if f.wait {
		handle(w)
	} else {
		go handle(nil)
	}
}

//apivet:webhook
func (f *flags) outputOnDemand(w http.ResponseWriter, r *http.Request) {
	if f.wait {
		jobs.Build("x")
	} else {
		go func() {
			jobs.Build("x")
		}()
	}
}

// The go is forgotten on one branch.
//
//apivet:webhook
func (f *flags) forgotten(w http.ResponseWriter, r *http.Request) {
	switch r.FormValue("event") {
	case "push":
		go jobs.Build("x")
	case "tag":
		jobs.Build("x") // want `the command make`
	}
}

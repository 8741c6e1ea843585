// Package fake is an in-memory Basiq server for tests: tokens that expire, the list of errors, jobs with steps, paging by
// links.next, webhooks with signatures, and faults on demand.
package fake

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Users and what they own. The values are made up.
const (
	User       = "b0000000-0000-4000-8000-000000000001"
	Connection = "c0000000-0000-4000-8000-000000000001"
	Account    = "a0000000-0000-4000-8000-000000000001"
	// LargeAccount has an answer that no buffer holds.
	LargeAccount = "a0000000-0000-4000-8000-000000000002"
	Event        = "e0000000-0000-4000-8000-000000000001"

	transactions = 5
)

// Step is one step of a job.
type Step struct {
	Title  string  `json:"title"`
	Status string  `json:"status"`
	Result *Result `json:"result"`
}

// Result is the outcome of a step, null while it runs.
type Result struct {
	URL    string `json:"url,omitempty"`
	Code   string `json:"code,omitempty"`
	Title  string `json:"title,omitempty"`
	Detail string `json:"detail,omitempty"`
}

type job struct {
	steps []Step
	fail  map[string]Result
}

// Server is the fake.
type Server struct {
	*httptest.Server
	Key string // the API key, base64 of uuid:uuid

	mu       sync.Mutex
	life     time.Duration
	tokens   map[string]time.Time
	logins   int
	conns    int
	open     int
	requests map[string]int
	users    int
	hooks    int
	jobs     map[string]*job
	fail     map[string]Result
	mfa      bool
	faults   []int
	loseNext int
	held     chan struct{}
}

// New starts a server with one user.
func New() *Server {
	s := &Server{
		Key:      base64.StdEncoding.EncodeToString([]byte("f0000000-0000-4000-8000-000000000001:f0000000-0000-4000-8000-000000000002")),
		life:     time.Hour,
		tokens:   map[string]time.Time{},
		requests: map[string]int{},
		jobs:     map[string]*job{},
		fail:     map[string]Result{},
	}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch state {
		case http.StateNew:
			s.conns++
			s.open++
		case http.StateClosed:
			s.open--
		}
	}
	s.Start()
	return s
}

// TokenLife sets how long new tokens live.
func (s *Server) TokenLife(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.life = d
}

// ExpireTokens ends every token handed out so far.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.tokens {
		s.tokens[t] = time.Time{}
	}
}

// FailStep makes a step of new jobs fail.
func (s *Server) FailStep(title string, r Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail[title] = r
}

// AskMFA puts the step mfa-challenge into new jobs, as the second.
func (s *Server) AskMFA() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mfa = true
}

// Fail answers the next requests that are not for a token with these statuses.
func (s *Server) Fail(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, statuses...)
}

// LoseAnswers does what the next n requests ask for and then closes the connection in place of the answer.
func (s *Server) LoseAnswers(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loseNext = n
}

// Hold keeps requests for events waiting until the returned function is called.
func (s *Server) Hold() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := make(chan struct{})
	s.held = held
	return sync.OnceFunc(func() { close(held) })
}

// Logins is the number of tokens handed out.
func (s *Server) Logins() int { return s.read(func() int { return s.logins }) }

// Conns is the number of connections accepted.
func (s *Server) Conns() int { return s.read(func() int { return s.conns }) }

// OpenConns is the number of connections that are open.
func (s *Server) OpenConns() int { return s.read(func() int { return s.open }) }

// Users is the number of users created.
func (s *Server) Users() int { return s.read(func() int { return s.users }) }

// Requests is the number of requests for a method and path, faults included.
func (s *Server) Requests(method, path string) int {
	return s.read(func() int { return s.requests[method+" "+path] })
}

func (s *Server) read(f func() int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f()
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests[r.Method+" "+r.URL.Path]++
	fault, lose, held := 0, false, s.held
	if r.URL.Path != "/token" {
		if len(s.faults) > 0 {
			fault, s.faults = s.faults[0], s.faults[1:]
		}
		if s.loseNext > 0 {
			s.loseNext--
			lose = true
		}
	}
	s.mu.Unlock()
	if held != nil && strings.HasPrefix(r.URL.Path, "/events/") {
		select {
		case <-held:
		case <-r.Context().Done():
			return
		}
	}

	switch {
	case fault != 0:
		fail(w, fault, problem{Code: "service-unavailable", Title: http.StatusText(fault), Detail: "try later"})
	case lose:
		s.route(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	default:
		s.route(w, r)
	}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/token" {
		s.token(w, r)
		return
	}
	if !s.authorized(w, r) {
		return
	}
	if r.URL.Path == "/users/"+User+"/accounts/"+LargeAccount {
		// Not under the lock: this blocks for as long as nobody reads.
		answer(w, http.StatusOK, map[string]any{"type": "account", "id": LargeAccount, "name": strings.Repeat("Savings ", 1<<17)})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/users":
		s.createUser(w, r)
	case r.Method == http.MethodPost && r.URL.Path == "/notifications/webhooks":
		s.subscribe(w, r)
	case parts[0] == "users" && len(parts) > 1:
		s.userRoutes(w, r, parts[1], parts[2:])
	case parts[0] == "jobs" && len(parts) == 2:
		s.job(w, parts[1])
	case parts[0] == "connectors" && len(parts) == 3:
		answer(w, http.StatusOK, map[string]any{"type": "connector", "id": parts[1], "method": parts[2], "status": "operational"})
	case parts[0] == "events" && len(parts) == 2:
		answer(w, http.StatusOK, map[string]any{"type": "event", "id": parts[1], "entity": "account", "eventType": "updated", "userId": User})
	case parts[0] == "events" && len(parts) == 3:
		answer(w, http.StatusOK, map[string]any{"type": "event-type", "id": parts[2], "description": "an account was updated"})
	default:
		notFound(w)
	}
}

// token takes the key as it was issued, and a form.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Basic ")
	if raw, err := base64.StdEncoding.DecodeString(key); !found || err != nil || strings.Count(string(raw), ":") != 1 {
		fail(w, http.StatusBadRequest, problem{Code: "parameter-not-valid", Title: "Invalid authorization header", Detail: "The API key is not valid.", Source: &source{Parameter: "Authorization"}})
		return
	}
	if !slices.Contains([]string{s.Key}, key) {
		fail(w, http.StatusNotFound, problem{Code: "resource-not-found", Title: "Not found", Detail: "Unable to authenticate. Please, check your API key"})
		return
	}
	if r.Header.Get("basiq-version") != "3.0" {
		fail(w, http.StatusBadRequest, problem{Code: "parameter-not-supplied", Title: "Required parameter not supplied", Detail: "basiq-version is required.", Source: &source{Parameter: "basiq-version"}})
		return
	}
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		fail(w, http.StatusBadRequest, problem{Code: "invalid-content", Title: "Invalid content", Detail: "Content-Type must be application/x-www-form-urlencoded."})
		return
	}
	scope := r.PostFormValue("scope")
	if scope != "SERVER_ACCESS" && (scope != "CLIENT_ACCESS" || r.PostFormValue("userId") == "") {
		fail(w, http.StatusBadRequest, problem{Code: "parameter-not-valid", Title: "Invalid parameter", Detail: "Scope is not valid.", Source: &source{Parameter: "scope"}})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logins++
	token := fmt.Sprintf("fake.token.%d", s.logins)
	s.tokens[token] = time.Now().Add(s.life)
	answer(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(s.life / time.Second)})
}

// authorized answers 401 for a token nobody knows, and 403 for one that has expired.
func (s *Server) authorized(w http.ResponseWriter, r *http.Request) bool {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	ends, known := s.tokens[token]
	s.mu.Unlock()
	if !known {
		fail(w, http.StatusUnauthorized, problem{Code: "invalid-authorization-token", Title: "Invalid authorization token", Detail: "The token is not valid."})
		return false
	}
	if time.Now().After(ends) {
		fail(w, http.StatusForbidden, problem{Code: "access-denied", Title: "Access denied", Detail: "Token has expired"})
		return false
	}
	return true
}

func (s *Server) createUser(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Email  string `json:"email"`
		Mobile string `json:"mobile"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		fail(w, http.StatusBadRequest, problem{Code: "invalid-content", Title: "Invalid content", Detail: "Not JSON."})
		return
	}
	var bad []problem
	if !strings.Contains(in.Email, "@") {
		bad = append(bad, problem{Code: "parameter-not-valid", Title: "Invalid parameter", Detail: "Email is not valid.", Source: &source{Pointer: "user/email", Parameter: "email"}})
	}
	if in.Mobile == "" {
		bad = append(bad, problem{Code: "parameter-not-supplied", Title: "Required parameter not supplied", Detail: "Mobile is required.", Source: &source{Pointer: "user/mobile", Parameter: "mobile"}})
	}
	if bad != nil {
		fail(w, http.StatusBadRequest, bad...)
		return
	}
	s.users++
	answer(w, http.StatusCreated, map[string]any{"type": "user", "id": fmt.Sprintf("user-%d", s.users), "email": in.Email})
}

func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) {
	if s.hooks++; s.hooks > 1 {
		fail(w, http.StatusConflict, problem{Code: "resource-already-exists", Title: "Resource already exists", Detail: "A webhook with this URL exists."})
		return
	}
	var in struct {
		URL string `json:"url"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.URL == "" {
		fail(w, http.StatusBadRequest, problem{Code: "parameter-not-supplied", Title: "Required parameter not supplied", Detail: "URL is required.", Source: &source{Parameter: "url"}})
		return
	}
	answer(w, http.StatusCreated, map[string]any{"type": "webhook", "id": "hook-1", "url": in.URL, "status": "active"})
}

func (s *Server) userRoutes(w http.ResponseWriter, r *http.Request, user string, parts []string) {
	if user != User {
		notFound(w)
		return
	}
	path := r.Method + " " + strings.Join(parts, "/")
	switch path {
	case "GET ":
		answer(w, http.StatusOK, map[string]any{"type": "user", "id": User, "email": "someone@example.com"})
	case "DELETE ":
		w.WriteHeader(http.StatusNoContent)
	case "GET connections/" + Connection:
		answer(w, http.StatusOK, map[string]any{"type": "connection", "id": Connection, "status": "active"})
	case "POST connections/" + Connection + "/refresh":
		s.refresh(w)
	case "GET accounts/" + Account:
		answer(w, http.StatusOK, map[string]any{"type": "account", "id": Account, "name": "Savings", "currency": "AUD", "balance": "123.12", "availableFunds": nil, "creditLimit": nil})
	case "GET transactions":
		s.transactions(w, r)
	default:
		notFound(w)
	}
}

// refresh answers 202 with a new job, or 200 with the one that runs.
func (s *Server) refresh(w http.ResponseWriter) {
	id := fmt.Sprintf("job-%d", len(s.jobs)+1)
	for old, j := range s.jobs {
		if slices.ContainsFunc(j.steps, func(st Step) bool { return st.Status == "pending" || st.Status == "in-progress" }) {
			answer(w, http.StatusOK, map[string]any{"type": "job", "id": old})
			return
		}
	}
	titles := []string{"verify-credentials", "retrieve-accounts", "retrieve-transactions"}
	if s.mfa {
		titles = slices.Insert(titles, 1, "mfa-challenge")
	}
	j := &job{fail: map[string]Result{}}
	for _, title := range titles {
		j.steps = append(j.steps, Step{Title: title, Status: "pending"})
		if r, bad := s.fail[title]; bad {
			j.fail[title] = r
		}
	}
	s.jobs[id] = j
	answer(w, http.StatusAccepted, map[string]any{"type": "job", "id": id})
}

// job does one step each time it is asked; those after a failed step stay pending.
func (s *Server) job(w http.ResponseWriter, id string) {
	j, known := s.jobs[id]
	if !known {
		notFound(w)
		return
	}
	for i, step := range j.steps {
		if step.Status == "failed" {
			break
		}
		if step.Status != "pending" {
			continue
		}
		if r, bad := j.fail[step.Title]; bad {
			j.steps[i].Status, j.steps[i].Result = "failed", &r
		} else {
			j.steps[i].Status, j.steps[i].Result = "success", &Result{URL: "/users/" + User}
		}
		break
	}
	answer(w, http.StatusOK, map[string]any{"type": "job", "id": id, "jobType": "connection", "steps": j.steps})
}

func (s *Server) transactions(w http.ResponseWriter, r *http.Request) {
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil {
		limit = 500
	}
	if limit > 500 {
		fail(w, http.StatusBadRequest, problem{Code: "parameter-not-valid", Title: "Invalid parameter", Detail: "Maximum limit allowed is 500", Source: &source{Parameter: "limit"}})
		return
	}
	start, _ := strconv.Atoi(r.URL.Query().Get("next"))
	end := min(start+min(limit, 2), transactions)
	data := []map[string]any{}
	for n := start; n < end; n++ {
		data = append(data, map[string]any{"type": "transaction", "id": fmt.Sprintf("t-%d", n+1), "amount": "-12.50", "status": "posted"})
	}
	links := map[string]any{"self": s.URL + r.URL.String()}
	if end < transactions {
		links["next"] = fmt.Sprintf("%s%s?next=%d", s.URL, r.URL.Path, end)
	}
	answer(w, http.StatusOK, map[string]any{"type": "list", "count": len(data), "size": transactions, "data": data, "links": links})
}

type problem struct {
	Type   string  `json:"type"`
	Code   string  `json:"code"`
	Title  string  `json:"title"`
	Detail string  `json:"detail"`
	Source *source `json:"source,omitempty"`
}

type source struct {
	Pointer   string `json:"pointer,omitempty"`
	Parameter string `json:"parameter,omitempty"`
}

func notFound(w http.ResponseWriter) {
	fail(w, http.StatusNotFound, problem{Code: "resource-not-found", Title: "Resource not found", Detail: "Requested resource was not found.", Source: &source{Parameter: "id"}})
}

func fail(w http.ResponseWriter, status int, problems ...problem) {
	for i := range problems {
		problems[i].Type = "error"
	}
	answer(w, status, map[string]any{"type": "list", "correlationId": "bd1183d9-0000-4000-8000-6789bfc80ac5", "data": problems})
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

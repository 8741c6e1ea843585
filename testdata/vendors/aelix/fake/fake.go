// Package fake is an in-memory Aelix: its token endpoint, accounts, payments and webhook sender, with the answers that
// the vendor documents.
package fake

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// APIKey is the key that the fake accepts besides its tokens.
const APIKey = "key-accepted-by-the-fake"

// Server is one running fake.
type Server struct {
	URL      string
	TokenURL string

	mu        sync.Mutex
	http      *httptest.Server
	lifetime  int
	issued    int
	valid     map[string]bool
	failWith  int
	failLeft  int
	dropLeft  int
	conns     int
	calls     map[string]int
	keys      map[string]bool
	created   int
	hold      chan struct{}
	gather    int
	gathered  int
	gatherGo  chan struct{}
	lastQuery string
}

// Start runs a fake whose tokens live for an hour.
func Start() *Server {
	s := &Server{lifetime: 3600, valid: map[string]bool{}, calls: map[string]int{}, keys: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth2/token", s.token)
	mux.HandleFunc("GET /v1/accounts", s.api(s.accounts))
	mux.HandleFunc("GET /v1/accounts/{id}", s.api(s.account))
	mux.HandleFunc("GET /v1/accounts/{id}/balance", s.api(s.balance))
	mux.HandleFunc("PUT /v1/accounts/{id}/freeze", s.api(s.freeze))
	mux.HandleFunc("POST /v1/payments", s.api(s.pay))
	mux.HandleFunc("GET /v1/payments/{id}", s.api(s.payment))
	mux.HandleFunc("DELETE /v1/payments/{id}", s.api(s.cancel))
	s.http = httptest.NewUnstartedServer(mux)
	s.http.Config.ReadHeaderTimeout = 5 * time.Second
	s.http.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.conns++
			s.mu.Unlock()
		}
	}
	s.http.Start()
	s.URL = s.http.URL
	s.TokenURL = s.http.URL + "/oauth2/token"
	return s
}

// Close lets held requests go and stops the server.
func (s *Server) Close() {
	s.Release()
	s.http.CloseClientConnections()
	s.http.Close()
}

// SetLifetime sets the expires_in of the tokens issued from now on.
func (s *Server) SetLifetime(seconds int) { s.mu.Lock(); s.lifetime = seconds; s.mu.Unlock() }

// ExpireTokens ends the life of every token issued so far.
func (s *Server) ExpireTokens() { s.mu.Lock(); clear(s.valid); s.mu.Unlock() }

// FailNext makes the next n API calls answer status.
func (s *Server) FailNext(n, status int) {
	s.mu.Lock()
	s.failLeft, s.failWith = n, status
	s.mu.Unlock()
}

// DropNext makes the next n payments lose their answer: the work is done, the connection is cut.
func (s *Server) DropNext(n int) { s.mu.Lock(); s.dropLeft = n; s.mu.Unlock() }

// Hold makes payment look-ups wait until Release.
func (s *Server) Hold() { s.mu.Lock(); s.hold = make(chan struct{}); s.mu.Unlock() }

// Release ends Hold.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hold != nil {
		close(s.hold)
		s.hold = nil
	}
}

// Gather makes balance look-ups wait until n of them are in flight together.
func (s *Server) Gather(n int) {
	s.mu.Lock()
	s.gather, s.gathered, s.gatherGo = n, 0, make(chan struct{})
	s.mu.Unlock()
}

// Conns is the number of connections that clients have opened.
func (s *Server) Conns() int { s.mu.Lock(); defer s.mu.Unlock(); return s.conns }

// Tokens is the number of tokens issued.
func (s *Server) Tokens() int { s.mu.Lock(); defer s.mu.Unlock(); return s.issued }

// Created is the number of payments made.
func (s *Server) Created() int { s.mu.Lock(); defer s.mu.Unlock(); return s.created }

// Calls is the number of requests seen for a method and path.
func (s *Server) Calls(methodAndPath string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[methodAndPath]
}

// LastQuery is the raw query of the last API call.
func (s *Server) LastQuery() string { s.mu.Lock(); defer s.mu.Unlock(); return s.lastQuery }

// Token issues a token without a request, for callers that test something else.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued++
	tok := "tok_" + strconv.Itoa(s.issued)
	s.valid[tok] = true
	return tok
}

type detail struct {
	Field string `json:"field"`
	Issue string `json:"issue"`
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func writeError(w http.ResponseWriter, status int, code, message string, details ...detail) {
	writeJSON(w, status, map[string]any{"error": map[string]any{
		"code": code, "message": message, "trace_id": "trc_7f3a91", "details": details,
	}})
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		writeError(w, http.StatusBadRequest, "INVALID_PARAMETER", "the token endpoint takes a form")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") != "client_credentials" {
		writeError(w, http.StatusBadRequest, "INVALID_PARAMETER", "grant_type")
		return
	}
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if id == "" {
		id, secret, _ = r.BasicAuth()
	}
	if id == "" || secret == "" {
		writeError(w, http.StatusUnauthorized, "TOKEN_INVALID", "unknown client")
		return
	}
	tok := s.Token()
	s.mu.Lock()
	lifetime := s.lifetime
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"access_token": tok, "token_type": "Bearer", "expires_in": lifetime})
}

// api is what every call of the API goes through: injected failures first, then the credential.
func (s *Server) api(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tok, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		s.mu.Lock()
		s.calls[r.Method+" "+r.URL.Path]++
		s.lastQuery = r.URL.RawQuery
		fail := 0
		if s.failLeft > 0 {
			s.failLeft--
			fail = s.failWith
		}
		known := bearer && (s.valid[tok] || tok == APIKey)
		s.mu.Unlock()
		w.Header().Set("X-Response-Time", "3")
		switch {
		case fail == http.StatusTooManyRequests:
			w.Header().Set("Retry-After", "0")
			writeError(w, fail, "RATE_LIMIT_EXCEEDED", "slow down")
		case fail != 0:
			writeError(w, fail, "SERVICE_UNAVAILABLE", "try again")
		case r.Header.Get("Authorization") == "":
			writeError(w, http.StatusUnauthorized, "TOKEN_MISSING", "no token")
		case strings.TrimSpace(tok) != tok || !bearer:
			writeError(w, http.StatusUnauthorized, "TOKEN_INVALID", "malformed authorization")
		case !known:
			writeError(w, http.StatusUnauthorized, "TOKEN_EXPIRED", "token has expired")
		default:
			next(w, r)
		}
	}
}

// accounts answers three pages of two accounts.
func (s *Server) accounts(w http.ResponseWriter, r *http.Request) {
	page := 0
	if c, ok := strings.CutPrefix(r.URL.Query().Get("cursor"), "cur_"); ok {
		page, _ = strconv.Atoi(c)
	}
	var data []map[string]any
	for i := 2*page + 1; i <= 2*page+2; i++ {
		data = append(data, map[string]any{"id": fmt.Sprintf("acc_%d", i), "status": "open"})
	}
	pagination := map[string]any{"has_more": page < 2, "total": 6}
	if page < 2 {
		pagination["next_cursor"] = fmt.Sprintf("cur_%d", page+1)
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": data, "pagination": pagination})
}

func (s *Server) account(w http.ResponseWriter, r *http.Request) {
	if !known(w, r) {
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": map[string]any{"id": r.PathValue("id"), "status": "open"}})
}

func (s *Server) balance(w http.ResponseWriter, r *http.Request) {
	if !known(w, r) {
		return
	}
	s.mu.Lock()
	ready := s.gatherGo
	if s.gather > 0 {
		s.gathered++
		if s.gathered == s.gather {
			close(s.gatherGo)
			s.gathered, s.gatherGo = 0, make(chan struct{})
		}
	}
	s.mu.Unlock()
	if ready != nil {
		select {
		case <-ready:
		case <-r.Context().Done():
			return
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": map[string]any{"amount": 2550, "currency": "EUR"}})
}

func (s *Server) freeze(w http.ResponseWriter, r *http.Request) {
	if !known(w, r) {
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// known answers 404 for accounts and payments that nobody has.
func known(w http.ResponseWriter, r *http.Request) bool {
	if strings.HasSuffix(r.PathValue("id"), "_gone") {
		writeError(w, http.StatusNotFound, "RESOURCE_NOT_FOUND", "no such resource")
		return false
	}
	return true
}

func (s *Server) pay(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/json" {
		writeError(w, http.StatusUnsupportedMediaType, "INVALID_PARAMETER", "send application/json")
		return
	}
	var in struct {
		Amount   int64  `json:"amount"`
		Currency string `json:"currency"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
		writeError(w, http.StatusBadRequest, "INVALID_PARAMETER", "malformed body")
		return
	}
	var details []detail
	if in.Amount <= 0 {
		details = append(details, detail{"amount", "must be a positive integer"})
	}
	if len(in.Currency) != 3 {
		details = append(details, detail{"currency", "must be an ISO 4217 code"})
	}
	if len(details) > 0 {
		writeError(w, http.StatusUnprocessableEntity, "VALIDATION_FAILED", "validation failed", details...)
		return
	}
	key := r.Header.Get("Idempotency-Key")
	s.mu.Lock()
	if key != "" && s.keys[key] {
		s.mu.Unlock()
		writeError(w, http.StatusConflict, "DUPLICATE_IDEMPOTENCY_KEY", "already taken")
		return
	}
	s.keys[key] = true
	s.created++
	id := fmt.Sprintf("pay_%d", s.created)
	drop := s.dropLeft > 0
	if drop {
		s.dropLeft--
	}
	s.mu.Unlock()
	if drop {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
		return
	}
	writeJSON(w, http.StatusCreated, map[string]any{"data": map[string]any{"id": id, "status": "accepted"}})
}

func (s *Server) payment(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	hold := s.hold
	s.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return
		}
	}
	if !known(w, r) {
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": map[string]any{"id": r.PathValue("id"), "status": "settled"}})
}

func (s *Server) cancel(w http.ResponseWriter, r *http.Request) {
	if !known(w, r) {
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": map[string]any{"id": r.PathValue("id"), "status": "cancelled"}})
}

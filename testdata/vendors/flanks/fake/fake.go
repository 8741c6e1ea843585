// Package fake is an in-memory Flanks: token, credentials, links, applications, sessions and documents, with the answers
// that the vendor documents.
package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is one running fake.
type Server struct {
	URL string

	mu       sync.Mutex
	http     *httptest.Server
	lifetime int
	issued   int
	valid    map[string]bool
	failWith int
	failLeft int
	dropLeft int
	conns    int
	calls    map[string]int
	pending  int
	apps     map[string]bool
	sessions int
}

// Start runs a fake whose tokens live for an hour.
func Start() *Server {
	s := &Server{lifetime: 3600, valid: map[string]bool{}, calls: map[string]int{}, apps: map[string]bool{}}
	mux := http.NewServeMux()
	handle := func(method, path string, h http.HandlerFunc) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
			if r.Method != method {
				writeJSON(w, http.StatusMethodNotAllowed, map[string]any{"error": "Method not allowed"})
				return
			}
			h(w, r)
		})
	}
	handle("POST", "/v0/token", s.token)
	handle("POST", "/v0/bank/credentials/status", s.api(s.status))
	handle("POST", "/v0/bank/credentials/account", s.api(s.account))
	handle("DELETE", "/v0/bank/credentials", s.api(s.remove))
	handle("GET", "/v0/links", s.api(s.links))
	handle("GET", "/v0/links/{id}", s.api(s.link))
	handle("POST", "/v0/links/exchange", s.api(s.exchange))
	handle("POST", "/v0/applications", s.api(s.application))
	handle("POST", "/v0/documents", s.api(s.document))
	handle("POST", "/connect/v2/sessions", s.api(s.session))
	handle("POST", "/connect/v2/sessions/list", s.api(s.list))
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
	return s
}

// Close stops the server.
func (s *Server) Close() {
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

// DropNext makes the next n sessions lose their answer: the work is done, the connection is cut.
func (s *Server) DropNext(n int) { s.mu.Lock(); s.dropLeft = n; s.mu.Unlock() }

// SetPending makes the next n questions for a credential find it still being retrieved.
func (s *Server) SetPending(n int) { s.mu.Lock(); s.pending = n; s.mu.Unlock() }

// Conns is the number of connections that clients have opened.
func (s *Server) Conns() int { s.mu.Lock(); defer s.mu.Unlock(); return s.conns }

// Tokens is the number of tokens issued.
func (s *Server) Tokens() int { s.mu.Lock(); defer s.mu.Unlock(); return s.issued }

// Sessions is the number of sessions made.
func (s *Server) Sessions() int { s.mu.Lock(); defer s.mu.Unlock(); return s.sessions }

// Calls is the number of requests that passed for a path.
func (s *Server) Calls(path string) int { s.mu.Lock(); defer s.mu.Unlock(); return s.calls[path] }

// Token issues a token without a request, for callers that test something else.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued++
	tok := "tok_" + strconv.Itoa(s.issued)
	s.valid[tok] = true
	return tok
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// writeError writes an error of the v0 generation: a string, and a code unless it is 0.
func writeError(w http.ResponseWriter, status, code int, text string) {
	body := map[string]any{"error": text}
	if code != 0 {
		body["error_code"] = code
	}
	writeJSON(w, status, body)
}

// readJSON decodes a JSON body, or answers the request and returns false.
func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	if r.Header.Get("Content-Type") != "application/json" {
		writeError(w, http.StatusUnsupportedMediaType, 0, "Not matching body content type")
		return false
	}
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		writeError(w, http.StatusBadRequest, 40001, "Invalid body")
		return false
	}
	return true
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
		Grant  string `json:"grant_type"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	if in.Secret == "" || in.Secret == "wrong" || in.Grant != "client_credentials" {
		writeError(w, http.StatusForbidden, 0, "access_denied")
		return
	}
	tok := s.Token()
	s.mu.Lock()
	lifetime := s.lifetime
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"access_token": tok, "token_type": "Bearer", "expires_in": lifetime})
}

// api is what every call of the API goes through: the token, then injected failures.
func (s *Server) api(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tok, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		s.mu.Lock()
		known := bearer && s.valid[tok]
		fail := 0
		if known && s.failLeft > 0 {
			s.failLeft--
			fail = s.failWith
		}
		s.calls[r.URL.Path]++
		s.mu.Unlock()
		switch {
		case !bearer:
			writeError(w, http.StatusUnauthorized, 0, "Not authenticated")
		case !known:
			writeError(w, http.StatusUnauthorized, 0, "Invalid credentials")
		case fail != 0:
			writeError(w, fail, 0, "Something broke while reading from the store")
		default:
			next(w, r)
		}
	}
}

type credential struct {
	Token string `json:"credentials_token"`
}

// retrieving counts down the questions that find a credential pending.
func (s *Server) retrieving() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == 0 {
		return false
	}
	s.pending--
	return true
}

func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	var in credential
	if !readJSON(w, r, &in) {
		return
	}
	if in.Token == "" {
		writeError(w, http.StatusBadRequest, 40001, "Missing fields: credentials_token")
		return
	}
	var sca any
	if in.Token == "ct_sca" {
		sca = "sca_1"
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"pending":   s.retrieving(),
		"blocked":   in.Token == "ct_blocked",
		"sca_token": sca,
		"errored":   map[string]any{"transactions": in.Token == "ct_errored"},
	})
}

func (s *Server) account(w http.ResponseWriter, r *http.Request) {
	var in credential
	if !readJSON(w, r, &in) {
		return
	}
	switch {
	case in.Token == "":
		writeError(w, http.StatusBadRequest, 40001, "Missing fields: credentials_token")
	case in.Token == "ct_wrong":
		writeError(w, http.StatusBadRequest, 50002, "Incorrect bank credentials")
	case in.Token == "ct_errored":
		writeError(w, http.StatusBadRequest, 20001, "User data not available. Please try again later.")
	case s.retrieving():
		writeError(w, http.StatusBadRequest, 20002, "Retrieving user data. Please try again in a moment.")
	default:
		writeJSON(w, http.StatusOK, []map[string]any{
			{"_id": "a1", "balance": 1250.5, "currency": "EUR"},
			{"_id": "a2", "balance": nil, "currency": nil},
		})
	}
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request) {
	var in credential
	if !readJSON(w, r, &in) {
		return
	}
	if in.Token == "" || in.Token == "ct_gone" {
		writeError(w, http.StatusBadRequest, 40001, "Invalid credentials_token")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"message": "Credentials deleted"})
}

func (s *Server) links(w http.ResponseWriter, _ *http.Request) {
	items := []map[string]any{{"id": "l1", "name": "onboarding"}, {"id": "l2", "name": "renewal"}}
	writeJSON(w, http.StatusOK, map[string]any{"count": len(items), "items": items})
}

func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("id") == "gone" {
		writeError(w, http.StatusBadRequest, 40001, "A link with this id does not exist")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"id": r.PathValue("id"), "name": "onboarding"})
}

func (s *Server) exchange(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code string `json:"code"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	switch in.Code {
	case "":
		writeError(w, http.StatusBadRequest, 40001, "Missing fields: code")
	case "delayed":
		writeJSON(w, http.StatusAccepted, map[string]any{
			"message": "Token is delayed during security checks", "credentials_token": "ct_delayed", "error_code": 20003,
		})
	default:
		writeJSON(w, http.StatusOK, map[string]any{"credentials_token": "ct_" + in.Code, "message": "User created successfully"})
	}
}

func (s *Server) application(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Name string `json:"name"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	s.mu.Lock()
	taken := s.apps[in.Name]
	s.apps[in.Name] = true
	s.mu.Unlock()
	if taken {
		writeError(w, http.StatusConflict, 40001, "An application with this name already exists")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"name": in.Name, "message": "Application created successfully"})
}

// document takes multipart uploads whose content is what the name says.
func (s *Server) document(w http.ResponseWriter, r *http.Request) {
	part, header, err := r.FormFile("file")
	if err != nil {
		writeError(w, http.StatusUnsupportedMediaType, 0, "Not matching body content type")
		return
	}
	defer part.Close()
	data, err := io.ReadAll(part)
	if err != nil || path.Ext(header.Filename) == ".pdf" != bytes.HasPrefix(data, []byte("%PDF-")) {
		writeError(w, http.StatusUnsupportedMediaType, 0, "Not matching body content type")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"message": "Document stored"})
}

// session answers with the errors of the newer generation: an object, its details, a trace.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Connector string `json:"connector"`
		Redirect  string `json:"redirect_uri"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	var details []map[string]string
	if in.Connector == "" {
		details = append(details, map[string]string{"error_type": "missing", "field": "connector"})
	}
	if !strings.HasPrefix(in.Redirect, "https://") {
		details = append(details, map[string]string{"error_type": "invalid", "field": "redirect_uri"})
	}
	if details != nil {
		writeJSON(w, http.StatusBadRequest, map[string]any{
			"success": false, "error": map[string]any{"code": "ValidationError", "details": details}, "trace_id": "tr_51c0",
		})
		return
	}
	s.mu.Lock()
	s.sessions++
	id := fmt.Sprintf("ses_%d", s.sessions)
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
	writeJSON(w, http.StatusOK, map[string]any{"session_id": id, "status": "Waiting:ProvideCredentials"})
}

// list answers three pages of two sessions.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Page string `json:"page_token"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	page, _ := strconv.Atoi(strings.TrimPrefix(in.Page, "page_"))
	items := []map[string]any{
		{"session_id": fmt.Sprintf("ses_%d", 2*page+1), "status": "Finished:OK"},
		{"session_id": fmt.Sprintf("ses_%d", 2*page+2), "status": "Finished:Error"},
	}
	var next any
	if page < 2 {
		next = fmt.Sprintf("page_%d", page+1)
	}
	writeJSON(w, http.StatusOK, map[string]any{"items": items, "next_page_token": next})
}

// Package fake is an in-memory IXON APIv2 server for tests: tokens that expire, required headers, the list of errors,
// paging by moreAfter, and faults on demand.
package fake

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// What the fake knows. The values are made up.
const (
	Email       = "fleet@example.com"
	Password    = "correct horse"
	Application = "aBcD1234eFgH"
	Company     = "1234-5678-9012-3456-7890"
)

// Agent is one router of the fleet.
type Agent struct {
	PublicID      string  `json:"publicId"`
	Name          *string `json:"name"`
	ActiveStatus  string  `json:"activeStatus"`
	ValuesPerHour uint32  `json:"valuesPerHour"`
}

// Device is a machine behind a router.
type Device struct {
	Name string `json:"name"`
}

// Server is the fake. Its URL has no /api/ prefix.
type Server struct {
	*httptest.Server

	mu        sync.Mutex
	life      time.Duration
	tokens    map[string]time.Time
	logins    int
	conns     int
	requests  map[string]int
	agents    []Agent
	devices   map[string][]Device
	ntp       []string
	faults    []int
	loseNext  int
	pageSize  int
	needsOTP  bool
	auditLogs int
}

// drop is a fault that closes the connection in place of an answer.
const drop = -1

// New starts a server with five agents and pages of two.
func New() *Server {
	s := &Server{
		life:      time.Hour,
		tokens:    map[string]time.Time{},
		requests:  map[string]int{},
		devices:   map[string][]Device{},
		pageSize:  2,
		auditLogs: 3,
	}
	for i := range 5 {
		name := fmt.Sprintf("router %d", i+1)
		s.agents = append(s.agents, Agent{
			PublicID:      fmt.Sprintf("agent%07d", i+1),
			Name:          &name,
			ActiveStatus:  "active",
			ValuesPerHour: 4294967295,
		})
	}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.conns++
			s.mu.Unlock()
		}
	}
	s.Start()
	return s
}

// TokenLife sets how long new tokens live, whatever the client asked for.
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

// RequireOTP makes logins without a one-time password fail.
func (s *Server) RequireOTP() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.needsOTP = true
}

// Fail answers the next requests that are no logins with these statuses.
func (s *Server) Fail(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, statuses...)
}

// Drop closes the connection of the next n requests that are no logins, before anything is done.
func (s *Server) Drop(n int) {
	s.Fail(slices.Repeat([]int{drop}, n)...)
}

// LoseAnswers does what the next n requests ask for and then closes the connection in place of the answer.
func (s *Server) LoseAnswers(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loseNext = n
}

// Logins is the number of tokens handed out.
func (s *Server) Logins() int { return s.read(func() int { return s.logins }) }

// Conns is the number of connections accepted.
func (s *Server) Conns() int { return s.read(func() int { return s.conns }) }

// Requests is the number of requests for a method and path, faults included.
func (s *Server) Requests(method, path string) int {
	return s.read(func() int { return s.requests[method+" "+path] })
}

// Devices is the number of devices behind an agent.
func (s *Server) Devices(agent string) int {
	return s.read(func() int { return len(s.devices[agent]) })
}

// AgentName is the name of an agent, or "" if there is none.
func (s *Server) AgentName(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.agents {
		if a.PublicID == id && a.Name != nil {
			return *a.Name
		}
	}
	return ""
}

func (s *Server) read(f func() int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f()
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests[r.Method+" "+r.URL.Path]++
	fault, lose := 0, false
	if r.URL.Path != "/access-tokens" {
		if len(s.faults) > 0 {
			fault, s.faults = s.faults[0], s.faults[1:]
		}
		if s.loseNext > 0 {
			s.loseNext--
			lose = true
		}
	}
	s.mu.Unlock()

	switch {
	case fault == drop:
		panic(http.ErrAbortHandler)
	case fault != 0:
		fail(w, fault, detail{Message: http.StatusText(fault)})
	case lose:
		s.route(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	default:
		s.route(w, r)
	}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Api-Version") != "2" {
		fail(w, http.StatusBadRequest, detail{Message: "Required header", PropertyName: "Api-Version"})
		return
	}
	if r.URL.Path == "/server-time" {
		ok(w, http.StatusOK, "ServerTime", map[string]any{"datetime": time.Now().UTC()}, nil)
		return
	}
	if r.Header.Get("Api-Application") != Application {
		fail(w, http.StatusBadRequest, detail{Message: "Invalid value", PropertyName: "Api-Application"})
		return
	}
	if r.Method == http.MethodPost && r.URL.Path == "/access-tokens" {
		s.login(w, r)
		return
	}
	if !s.authorized(w, r) {
		return
	}
	if r.URL.Path == "/users/me" {
		ok(w, http.StatusOK, "User", map[string]any{"publicId": "user00000001", "name": "Fleet"}, nil)
		return
	}
	switch company := r.Header.Get("Api-Company"); company {
	case Company:
	case "":
		fail(w, http.StatusBadRequest, detail{Message: "Required header", PropertyName: "Api-Company"})
		return
	default:
		fail(w, http.StatusBadRequest, detail{Message: "Invalid value", PropertyName: "Api-Company"})
		return
	}
	if r.URL.Path == "/companies/me" {
		ok(w, http.StatusOK, "Company", map[string]any{"publicId": Company, "name": "Example Machines"}, nil)
		return
	}
	for _, kind := range []string{"group", "asset"} {
		if id, found := strings.CutPrefix(r.URL.Path, "/"+kind+"s/"); found {
			ok(w, http.StatusOK, kind, map[string]any{"publicId": id, "name": kind + " " + id}, nil)
			return
		}
	}
	s.agentRoutes(w, r)
}

// login answers with a token if the credentials are right: base64 of email:otp:password.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	raw, found := strings.CutPrefix(r.Header.Get("Authorization"), "Basic ")
	plain, err := base64.StdEncoding.DecodeString(raw)
	if !found || err != nil {
		fail(w, http.StatusUnauthorized, detail{Message: "Authorization must start with a type and have a credentials", PropertyName: "Authorization"})
		return
	}
	parts := strings.SplitN(string(plain), ":", 3)
	if len(parts) != 3 || !slices.Contains([]string{Email}, parts[0]) || !slices.Contains([]string{Password}, parts[2]) {
		fail(w, http.StatusUnauthorized, detail{Message: "Invalid value", PropertyName: "Authorization"})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.needsOTP && parts[1] == "" {
		fail(w, http.StatusForbidden, detail{Message: "2FA is required"})
		return
	}
	var in struct {
		ExpiresIn int `json:"expiresIn"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.ExpiresIn < 60 || in.ExpiresIn > 5_184_000 {
		fail(w, http.StatusBadRequest, detail{Message: "Invalid value", PropertyName: "expiresIn"})
		return
	}
	s.logins++
	token := fmt.Sprintf("fake%028d", s.logins)
	ends := time.Now().Add(s.life)
	s.tokens[token] = ends
	ok(w, http.StatusCreated, "AccessToken", map[string]any{"secretId": token, "expiresOn": ends.UTC()}, nil)
}

func (s *Server) authorized(w http.ResponseWriter, r *http.Request) bool {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		fail(w, http.StatusUnauthorized, detail{Message: "Authorization must start with a type and have a credentials", PropertyName: "Authorization"})
		return false
	}
	if len(token) < 32 {
		fail(w, http.StatusUnauthorized, detail{Message: "Value is too short", PropertyName: "Authorization"})
		return false
	}
	s.mu.Lock()
	ends, known := s.tokens[token]
	s.mu.Unlock()
	if !known || time.Now().After(ends) {
		fail(w, http.StatusUnauthorized, detail{Message: "Invalid value", PropertyName: "Authorization"})
		return false
	}
	return true
}

func (s *Server) agentRoutes(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if parts[0] != "agents" {
		fail(w, http.StatusNotFound, detail{Message: "Not found"})
		return
	}
	if len(parts) == 1 && r.Method == http.MethodGet {
		s.page(w, r)
		return
	}
	i := -1
	if len(parts) > 1 {
		i = slices.IndexFunc(s.agents, func(a Agent) bool { return a.PublicID == parts[1] })
	}
	if i < 0 {
		fail(w, http.StatusNotFound, detail{Message: "Not found", PropertyName: "publicId"})
		return
	}
	sub := ""
	if len(parts) > 2 {
		sub = parts[2]
	}
	switch r.Method + " " + sub {
	case "GET ":
		if r.URL.Query().Get("fields") == "config" {
			ok(w, http.StatusOK, "Agent", map[string]any{"config": map[string]any{}}, nil)
			return
		}
		ok(w, http.StatusOK, "Agent", s.agents[i], nil)
	case "PATCH ":
		var in struct {
			Name        *string `json:"name"`
			Description *string `json:"description"`
		}
		if !read(w, r, &in) {
			return
		}
		if in.Name == nil {
			ok(w, http.StatusOK, "Agent", nil, nil)
			return
		}
		if *in.Name == "" {
			fail(w, http.StatusBadRequest,
				detail{Message: "Required value", PropertyName: "name"},
				detail{Message: "Value is too short", PropertyName: "name"})
			return
		}
		s.agents[i].Name = in.Name
		ok(w, http.StatusOK, "Agent", nil, nil)
	case "DELETE ":
		s.agents = slices.Delete(s.agents, i, i+1)
		ok(w, http.StatusOK, "Agent", nil, nil)
	case "POST reboot":
		ok(w, http.StatusCreated, "Agent", nil, nil)
	case "POST devices":
		s.addDevices(w, r, parts[1])
	case "PUT router-ntp-servers":
		var in struct {
			Servers []string `json:"servers"`
		}
		if !read(w, r, &in) {
			return
		}
		s.ntp = in.Servers
		ok(w, http.StatusOK, "RouterNtpServer", []map[string]string{{"publicId": "ntp000000001"}}, nil)
	case "GET audit-logs":
		var logs []map[string]any
		for n := range s.auditLogs {
			logs = append(logs, map[string]any{"publicId": fmt.Sprintf("log%09d", n+1), "action": "agent.update"})
		}
		ok(w, http.StatusOK, "AuditLog", logs, nil)
	default:
		fail(w, http.StatusMethodNotAllowed, detail{Message: "Method not allowed"})
	}
}

// page answers one page of agents; a page of one is an object, not a list.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	start := 0
	if after := r.URL.Query().Get("page-after"); after != "" {
		start = 1 + slices.IndexFunc(s.agents, func(a Agent) bool { return a.PublicID == after })
	}
	end := min(start+s.pageSize, len(s.agents))
	agents := s.agents[start:end]
	var more *string
	if end < len(s.agents) {
		more = &agents[len(agents)-1].PublicID
	}
	if len(agents) == 1 {
		ok(w, http.StatusOK, "Agent", agents[0], more)
		return
	}
	ok(w, http.StatusOK, "Agent", agents, more)
}

func (s *Server) addDevices(w http.ResponseWriter, r *http.Request, agent string) {
	var in []Device
	if !read(w, r, &in) {
		return
	}
	var bad []detail
	for i, d := range in {
		if d.Name == "" {
			bad = append(bad, detail{Message: "Required value", PropertyName: "name", ListIndex: &i})
		}
	}
	if bad != nil {
		fail(w, http.StatusBadRequest, bad...)
		return
	}
	ids := []map[string]string{}
	for range in {
		ids = append(ids, map[string]string{"publicId": fmt.Sprintf("device%06d", len(s.devices[agent])+len(ids)+1)})
	}
	s.devices[agent] = append(s.devices[agent], in...)
	ok(w, http.StatusCreated, "Device", ids, nil)
}

type detail struct {
	Message      string `json:"message"`
	PropertyName string `json:"propertyName,omitempty"`
	ListIndex    *int   `json:"listIndex,omitempty"`
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if r.Header.Get("Content-Type") != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, detail{Message: "Invalid value", PropertyName: "Content-Type"})
		return false
	}
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		fail(w, http.StatusBadRequest, detail{Message: "Invalid JSON"})
		return false
	}
	return true
}

func ok(w http.ResponseWriter, status int, kind string, data any, more *string) {
	answer(w, status, map[string]any{"type": kind, "status": "success", "data": data, "moreAfter": more})
}

func fail(w http.ResponseWriter, status int, details ...detail) {
	answer(w, status, map[string]any{"type": "Error", "status": "error", "data": details, "moreAfter": nil})
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

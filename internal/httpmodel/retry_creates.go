package httpmodel

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// creates reports whether a name or the URL says that the request creates
// something, or 201 is what the code waits for.
func (r *Retry) creates() bool {
	names := r.Send.names()
	for _, c := range r.Path {
		if fn := calleeOf(c.Common()); fn != nil && library.FuncOf(fn) == nil {
			names = append(names, fn.Name())
		}
	}
	names = append(names, outermost(r.In).Name())
	if namesCreate(names) {
		return true
	}
	if waitsForCreated(r.In) || waitsForCreated(r.Send.Fn) {
		return true
	}
	for _, c := range r.Path {
		for _, a := range c.Common().Args {
			if pathCreates(r.model, a) {
				return true
			}
		}
	}
	return false
}

// waitsForCreated reports whether a function compares a status with 201 and
// with no other success.
func waitsForCreated(fn *ssa.Function) bool {
	created := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			cmp, ok := instr.(*ssa.BinOp)
			if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
				continue
			}
			switch n, _ := constInt(cmp.Y); n {
			case 200, 202, 204:
				return false
			case 201:
				created = true
			}
		}
	}
	return created
}

// names returns the names that tell what a request is for: that of the function
// that sends it, and the path.
func (s *Send) names() []string {
	fn := outermost(s.Fn)
	names := []string{fn.Name()}
	if text, ok := s.ConstantURL(); ok {
		return append(names, text)
	}
	if urls := s.model.URLTemplates(s.urlValue()); len(urls) == 1 && urls[0].Path != "" {
		names = append(names, urls[0].Path)
	}
	return names
}

// pathCreates reports whether a text argument ends in the name of a collection
// that a POST adds to.
func pathCreates(m *Model, v ssa.Value) bool {
	if !isText(v.Type()) {
		return false
	}
	for _, c := range constants(m.Sources(v)) {
		if text, ok := constString(c); ok && namesCreate([]string{text}) && strings.Contains(text, "/") {
			return true
		}
	}
	return false
}

// namesCreate reports whether a name or path says that something is created or
// moved, and none that it is only asked for. That of a function which sends, and
// no more, says so where the path is that of one thing.
func namesCreate(names []string) bool {
	found, path, sends := false, false, false
	for _, name := range names {
		if strings.Contains(name, "/") {
			segment := lastSegment(name)
			if segment == "" {
				continue
			}
			path = true
			if slices.Contains(collections, strings.ToLower(segment)) {
				found = true
			}
			name = strings.NewReplacer(".", "_", "-", "_", ":", "_").Replace(segment)
		}
		words := camelWords(name)
		for i, word := range words {
			switch word {
			case "create", "pay", "charge", "transfer", "order", "submit", "register", "enrol", "enroll", "add", "insert", "issue", "invite", "publish", "book", "buy", "purchase", "place", "refund", "withdraw", "deposit", "subscribe":
				found = true
			case "send":
				sends = true
				found = found || i+1 < len(words) && !slices.Contains([]string{"request", "req", "http", "data", "json", "body", "with", "once", "and", "raw", "get", "query"}, words[i+1])
			case "start":
				found = true
			case "get", "list", "find", "search", "query", "read", "fetch", "lookup", "token", "login", "auth", "refresh", "check", "status", "validate", "verify", "poll", "wait", "graphql":
				return false
			}
		}
	}
	return found || sends && path
}

// lastSegment is the last segment of a path, "" where that is not known.
func lastSegment(path string) string {
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		path = "/" + rest
	}
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimRight(path, "/")
	segment := path[strings.LastIndexByte(path, '/')+1:]
	if strings.Contains(segment, Hole) {
		return ""
	}
	return segment
}

// collections are ends of paths to which a POST adds a thing that must not be
// there twice.
var collections = []string{
	"accounts", "appointments", "bookings", "cards", "charges", "checkouts", "comments", "contacts", "customers", "deployments",
	"deposits", "devices", "documents", "emails", "files", "incidents", "instances", "invitations", "invites", "invoices", "issues",
	"items", "jobs", "leads", "members", "messages", "notes", "notifications", "orders", "organizations", "payments", "payouts",
	"posts", "projects", "purchases", "refunds", "reservations", "sessions", "shipments", "subscriptions", "tasks", "teams",
	"tickets", "transactions", "transfers", "users", "withdrawals",
}

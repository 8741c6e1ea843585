// Package keepalive defines a check for HTTP code that gives up or defeats the
// reuse of connections.
package keepalive

import (
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/edit"
	"github.com/apivet/apivet/internal/httpmodel"
)

// Spec documents the check.
var Spec = &check.Spec{
	Name:       "keepalive",
	Title:      "report connection reuse that is switched off or defeated",
	Why:        "Without reuse every call pays for a TCP and a TLS handshake, often more than the API's own time, and a busy program runs out of ports.",
	Severity:   check.Warning,
	Confidence: check.High,
	Fix:        "Leave keep-alive on, read a body to its end before closing it, and start a transport of your own from a clone of http.DefaultTransport.",
	Repairs:    []check.Repair{{Safety: check.Safe, Text: "Takes away DisableKeepAlives: true, req.Close = true and the header Connection: close, where no comment gives a reason and nothing else would be lost."}},
	Precision:  "26 public repositories, every finding read: 16 right, 1 doubtful; 4 wrong ones, of TLS settings that may be nil, are silent since.",
	Limits:     "Silent where a comment beside the setting gives a reason. Bodies that are closed unread are reported where the answer was a success, or where another request follows at once; a note where the host is a constant https one, since HTTP/2 does not mind.",
	Since:      "v0.1.0",
	Sources: []check.Source{
		{Vendor: "Aelix", Text: "Enable connection keep-alive in your HTTP client to avoid TCP handshake overhead"},
	},
	References: []string{"https://pkg.go.dev/net/http#Transport"},
	Bad: `package p

import "net/http"

func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:             http.ProxyFromEnvironment,
		DisableKeepAlives: true,
	}}
}
`,
	Good: `package p

import "net/http"

func newClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	return &http.Client{Transport: t}
}
`,
}

// Analyzer reports what Spec says.
var Analyzer = check.New(Spec, run, httpmodel.Analyzer)

func run(pass *check.Pass) error {
	model := pass.ResultOf[httpmodel.Analyzer].(*httpmodel.Model)
	if model.Empty() {
		return nil
	}
	severity := check.Warning
	if pass.Pkg.Name() == "main" {
		severity = check.Note // many programs make one call and end
	}
	settings(pass, model, severity)
	calls(pass, model, severity)
	once := model.InCommand()
	for _, s := range model.Sends() {
		undrained(pass, s, severity, once)
	}
	for _, l := range model.TransportLiterals() {
		fromZero(pass, l)
	}
	crowds(pass, model)
	return nil
}

// settings reports fields that switch reuse off.
func settings(pass *check.Pass, model *httpmodel.Model, severity check.Severity) {
	for _, s := range model.ConnsPerHostAlone() {
		pass.Report(check.Finding{Pos: s.Pos(), Severity: check.Note, Message: "with MaxConnsPerHost and no MaxIdleConnsPerHost all but two connections per host are closed after each use; set both"})
	}
	for _, s := range model.Settings() {
		message := ""
		switch s.Role {
		case "transport.disable-keep-alives":
			message = "keep-alive is off: every request opens a new TCP and TLS connection; drop DisableKeepAlives"
		case "request.close":
			message = "the field Close makes this request open and close a connection of its own; drop it so that connections are reused"
		}
		if message == "" || !s.True() || pass.Explained(s.Pos()) {
			continue
		}
		pass.Report(check.Finding{Pos: s.Pos(), Severity: severity, Message: message, Fixes: remove(pass, s.Pos())})
	}
}

// remove takes away the setting at a position.
func remove(pass *check.Pass, pos token.Pos) []check.Fix {
	edits, ok := edit.Remove(pass.Pass, pos)
	if !ok {
		return nil
	}
	return []check.Fix{{Safety: check.Safe, Message: "remove what switches reuse off", Edits: edits}}
}

// calls reports calls that switch reuse off.
func calls(pass *check.Pass, model *httpmodel.Model, severity check.Severity) {
	for _, c := range model.CloseHeaders() {
		if !pass.Explained(c.Pos()) {
			pass.Report(check.Finding{Pos: c.Pos(), Severity: severity, Message: "the header Connection: close makes this request open a connection of its own; drop it so that connections are reused", Fixes: remove(pass, c.Pos())})
		}
	}
	for _, c := range model.NoKeepAliveCalls() {
		if !pass.Explained(c.Pos()) {
			pass.Report(check.Finding{Pos: c.Pos(), Severity: severity, Message: "this setting makes every request open a new connection; drop it so that connections are reused", Fixes: remove(pass, c.Pos())})
		}
	}
	for _, c := range model.SharedIdleClosed() {
		pass.Report(check.Finding{Pos: c.Pos(), Severity: severity, Message: "this client has no transport of its own: CloseIdleConnections drops the idle connections of the whole process; remove the call"})
	}
}

// undrained reports bodies that are closed before anything was read.
func undrained(pass *check.Pass, s *httpmodel.Send, severity check.Severity, once bool) {
	if s.Method() == "HEAD" {
		return
	}
	how, end := s.BodyDrained()
	message := ""
	switch how {
	case httpmodel.BeforeRetry:
		message = "the body of a failed attempt is closed unread: over HTTP/1 each new attempt opens a new connection; drain it (io.Copy to io.Discard) before Close"
	case httpmodel.BeforeRequest:
		message = "the body is closed unread before the next request: that one opens a new connection; drain it (io.Copy to io.Discard) before Close"
	case httpmodel.OnSuccess:
		message = "the body of a good answer is closed unread: over HTTP/1 its connection is not reused; drain it (io.Copy to io.Discard) before Close"
		if !end.Repeats() {
			if once || s.DropsIdle() {
				return
			}
			severity = check.Note
		}
	default:
		return
	}
	if s.ConstantHTTPS() {
		severity = check.Note // HTTP/2 keeps the connection
	}
	var related []analysis.RelatedInformation
	if end.Pos != s.Pos() {
		related = append(related, analysis.RelatedInformation{Pos: end.Pos, Message: "the path that reads nothing ends here"})
	}
	pass.Report(check.Finding{Pos: s.Pos(), Severity: severity, Message: message, Related: related})
}

// fromZero reports transports that lose HTTP/2 and keep two idle connections
// per host because they are not made from the default one.
func fromZero(pass *check.Pass, l httpmodel.TransportLiteral) {
	has := func(role string) bool { _, ok := l.Roles[role]; return ok }
	fixed := func(role string) bool { _, ok := l.Fixed[role]; return ok }
	pos := l.Pos()
	switch {
	case has("disable-keep-alives"), has("idle-per-host"), pass.Explained(pos):
	case has("conns-per-host"):
		pass.Report(check.Finding{Pos: pos, Severity: check.Note, Message: "with MaxConnsPerHost and no MaxIdleConnsPerHost all but two connections per host are closed after each use; set both"})
	case (fixed("tls") || fixed("dial")) && !has("http2") && !l.DialsLocally():
		pass.Report(check.Finding{Pos: pos, Severity: check.Note, Message: "its own TLS or dial settings turn HTTP/2 off here, and HTTP/1 keeps two idle connections per host; set ForceAttemptHTTP2 and MaxIdleConnsPerHost"})
	}
}

// crowds reports requests that goroutines send at once over a transport that
// keeps two connections per host.
func crowds(pass *check.Pass, model *httpmodel.Model) {
	for _, c := range model.Crowds() {
		if pass.SkipFile(c.Pos) {
			continue
		}
		related := []analysis.RelatedInformation{{Pos: c.Start, Message: "the goroutines are started here"}}
		for _, pos := range c.Built {
			related = append(related, analysis.RelatedInformation{Pos: pos, Message: "the client comes from here"})
		}
		pass.Report(check.Finding{
			Pos: c.Pos, Severity: check.Note, Related: related,
			Message: "many goroutines send this at once, and over HTTP/1 the transport keeps two connections per host: the others are closed after each call; raise MaxIdleConnsPerHost",
		})
	}
}

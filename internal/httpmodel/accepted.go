package httpmodel

import (
	"go/ast"
	"go/token"
	"go/types"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
	"github.com/apivet/apivet/internal/provider"
)

// accepted is the answer "202 Accepted".
var accepted = play.Status(202)

// An AcceptedKind says what is wrong with how an answer of success is taken.
type AcceptedKind int

const (
	// DoneTooSoon: 202 is taken for work that is done.
	DoneTooSoon AcceptedKind = iota
	// LaterFails: 202, with which the vendor answers, is taken for a failure.
	LaterFails
	// OnlyOne: of the answers of success to a message one alone is taken, from a
	// server that may give any.
	OnlyOne
)

// An AcceptedSlip is an answer of success that is taken for something else.
type AcceptedSlip struct {
	Kind   AcceptedKind
	Vendor string
	// Takes is the one status that is taken, for OnlyOne.
	Takes int
	// At is where the others become an error.
	At token.Pos
}

// AcceptedSlip returns what is wrong with how the request's success is taken.
func (s *Send) AcceptedSlip() (AcceptedSlip, bool) {
	r := s.Play()
	if r.Overflow || !r.Reached || s.Opaque {
		return AcceptedSlip{}, false
	}
	if profile := s.model.vendorOf(played{r, s}); profile != nil {
		if op := s.laterOperation(profile); op != nil {
			switch {
			case s.failsOn(accepted):
				return AcceptedSlip{Kind: LaterFails, Vendor: profile.Name}, true
			case s.takesForDone():
				return AcceptedSlip{Kind: DoneTooSoon, Vendor: profile.Name}, true
			}
			return AcceptedSlip{}, false
		}
	}
	return s.onlyOne()
}

// laterOperation returns the vendor's operation that the request is, if it
// answers 202.
func (s *Send) laterOperation(p *provider.Profile) *provider.Operation {
	for i := range p.Later {
		op := &p.Later[i]
		if m := s.Method(); m != "" && m != op.Method {
			continue
		}
		for _, end := range s.pathEnds() {
			if op.EndsIn(end) {
				return op
			}
		}
	}
	return nil
}

var verb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)

// pathEnds returns what the texts that the request is made with end in: paths,
// in which {} stands for what is filled in.
func (s *Send) pathEnds() []string {
	args := s.Call.Common().Args
	for _, a := range s.Call.Common().Args {
		if x, ok := a.(*ssa.Extract); ok && IsRequest(x.Type()) {
			if made, ok := x.Tuple.(*ssa.Call); ok {
				args = append(args[:len(args):len(args)], made.Call.Args...)
			}
		}
	}
	var list []string
	for _, a := range args {
		if !isString(a.Type()) {
			continue
		}
		if add, ok := a.(*ssa.BinOp); ok && add.Op == token.ADD {
			a = add.Y
		}
		if call, ok := a.(*ssa.Call); ok {
			if fn := calleeOf(&call.Call); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "fmt" && fn.Name() == "Sprintf" {
				a = call.Call.Args[0]
			}
		}
		text, ok := constString(a)
		if !ok || !strings.Contains(text, "/") {
			continue
		}
		text = verb.ReplaceAllString(text, "{}")
		if u, err := url.Parse(text); err == nil && u.Host != "" {
			text = u.Path
		}
		text, _, _ = strings.Cut(text, "?")
		list = append(list, "/"+strings.TrimPrefix(text, "/"))
	}
	return list
}

// failsOn reports whether an answer surely becomes an error, although 200 does
// not.
func (s *Send) failsOn(out play.Outcomes) bool {
	failed, good := false, false
	for _, e := range s.Play().Ends {
		err := s.errorOf(e)
		fails := e.Kind == play.Returns && err != nil && err.K == play.NonNil && err.T&(play.FromDecode|play.FromRead) == 0
		if e.Out.Has(out) {
			if !fails {
				if err != nil && err.K == play.NonNil {
					continue // reading the answer failed
				}
				return false
			}
			failed = failed || !e.Out.Has(play.Status(200))
		}
		if e.Out.Has(play.Status(200)) && e.Kind == play.Returns && err != nil && err.K != play.NonNil {
			good = true
		}
	}
	return failed && good
}

// takesForDone reports whether 202 and 200 end alike and nothing of the answer
// says what is still to be done.
func (s *Send) takesForDone() bool {
	if comparesWith(outermost(s.Fn), 202) {
		return false // told apart, perhaps for the caller only
	}
	alike := false
	for _, e := range s.Play().Ends {
		if !e.Out.Has(accepted) {
			continue
		}
		if e.Unknown || e.Returned || e.Flags&play.StatusOut != 0 {
			return false
		}
		for _, v := range e.Results {
			if v.K == play.Resp || v.T&play.FromStatus != 0 && v.K != play.NonNil {
				return false
			}
		}
		if !e.Out.Has(play.Status(200)) {
			return false // told apart
		}
		for _, d := range e.Decoded {
			if d.Out.Has(accepted) && tellsJob(d.Type) {
				return false
			}
		}
		if err := s.errorOf(e); e.Kind != play.Returns || err == nil || err.K != play.NonNil {
			alike = true
		}
	}
	return alike
}

// comparesWith reports whether a function compares something with a number.
func comparesWith(fn *ssa.Function, n int64) bool {
	for cmp := range lazyssa.Each[*ssa.BinOp](fn) {
		if x, ok := constInt(cmp.Y); ok && int64(x) == n {
			return true
		}
	}
	return false
}

// tellsJob reports whether a type that an answer is decoded into can tell of
// the work that is still to be done. It errs on the side of yes.
func tellsJob(t types.Type) bool {
	if t == nil {
		return true
	}
	st := structOf(t)
	if st == nil {
		return true
	}
	for i := range st.NumFields() {
		name := pageName(jsonName(st.Tag(i), st.Field(i).Name()))
		switch {
		case st.Field(i).Embedded(), namesState(name), name == "id", name == "job", name == "jobid", name == "steps", name == "links", name == "pending", name == "location", name == "url":
			return true
		}
	}
	return false
}

// onlyOne looks at messages to a server that is not known before: whatever it
// answers with 2xx is a success.
func (s *Send) onlyOne() (AcceptedSlip, bool) {
	if s.Wrapper || !s.writes() {
		return AcceptedSlip{}, false
	}
	if _, constant := s.ConstantURL(); constant || !s.foreignPlace() || s.model.isVendorClient() {
		return AcceptedSlip{}, false
	}
	takes := 0
	var at token.Pos
	for _, code := range []int{200, 201, 202, 204} {
		out := play.Status(code)
		good := false
		for _, e := range s.Play().Ends {
			if !e.Out.Has(out) {
				continue
			}
			err := s.errorOf(e)
			if e.Kind != play.Returns || err == nil || e.Unknown || e.Flags&play.StatusOut != 0 {
				return AcceptedSlip{}, false
			}
			switch {
			case err.K == play.Nil || err.K == play.Unknown && err.T&(play.FromDecode|play.FromRead) != 0:
				good = true
			case err.K != play.NonNil:
				return AcceptedSlip{}, false
			case e.Out&play.Success == out&play.Success || !e.Out.Has(play.Status(200)):
				at = e.Pos
			}
		}
		if good && takes != 0 {
			return AcceptedSlip{}, false
		}
		if good {
			takes = code
		}
	}
	if takes != 200 && takes != 202 {
		return AcceptedSlip{}, false
	}
	return AcceptedSlip{Kind: OnlyOne, Takes: takes, At: at}, true
}

// isVendorClient reports whether the package has the name of a host that it
// speaks of: it is that vendor's client, and the address of a webhook is the
// vendor's, whoever gives it.
func (m *Model) isVendorClient() bool {
	name := strings.ToLower(m.pass.Pkg.Name())
	found := false
	for _, file := range m.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || found || lit.Kind != token.STRING || !strings.Contains(lit.Value, "://") {
				return !found
			}
			text, _ := strconv.Unquote(lit.Value)
			u, err := url.Parse(text)
			found = err == nil && slices.Contains(strings.Split(u.Hostname(), "."), name)
			return true
		})
	}
	return found
}

// writes reports whether the request has a method that writes, whoever calls
// the function that sends it.
func (s *Send) writes() bool {
	if m := s.Method(); m != "" {
		return isWrite(m)
	}
	methods := s.methods()
	return len(methods) > 0 && !slices.ContainsFunc(methods, func(m string) bool { return !isWrite(m) })
}

// foreignPlace reports whether the request goes to an address that somebody
// else has given or a service has told, by its name: a webhook, a callback.
func (s *Send) foreignPlace() bool {
	v := s.urlValue()
	if v == nil {
		return false
	}
	for _, o := range s.model.Origins(v) {
		if o.Kind == OriginConst {
			return false
		}
	}
	names := []string{s.Fn.Name()}
	switch x := v.(type) {
	case *ssa.Parameter:
		names = append(names, x.Name())
	case *ssa.UnOp:
		if fa, ok := x.X.(*ssa.FieldAddr); ok {
			names = append(names, structField(fa.X.Type(), fa.Field).Name())
		}
	case *ssa.Field:
		names = append(names, structField(x.X.Type(), x.Field).Name())
	case *ssa.Call:
		if fn := staticCallee(&x.Call); fn == nil || len(fn.Blocks) == 0 {
			return false
		}
	default:
		return false // an address and a path: an API that is known
	}
	if owner := s.Owner(); owner != nil && namedOf(owner) != nil {
		names = append(names, namedOf(owner).Name())
	}
	for _, name := range names {
		for _, w := range camelWords(name) {
			switch w {
			case "webhook", "webhooks", "hook", "hooks", "callback", "callbacks", "notify", "notifier", "notification", "notifications", "alert", "destination",
				"endpoint", "sink", "push", "pusher", "forward", "forwarder":
				return true
			}
		}
	}
	return false
}

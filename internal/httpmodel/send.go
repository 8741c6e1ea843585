package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/play"
)

// A Send is an outbound request, or a call of a function that makes one and
// hands the answer to its caller.
type Send struct {
	*httpfacts.Send
	model *Model
}

// throughValue reports whether the request is a call of a function value: its
// table joins those of all functions that the value can be.
func (s *Send) throughValue() bool {
	c := s.Call.Common()
	return !c.IsInvoke() && c.StaticCallee() == nil
}

// Sends returns the package's requests in source order.
func (m *Model) Sends() []*Send {
	m.sendsOnce.Do(func() {
		m.sendOf = map[ssa.CallInstruction]*Send{}
		for _, s := range m.facts.Sends() {
			send := &Send{Send: s, model: m}
			m.sends = append(m.sends, send)
			m.sendOf[s.Call] = send
		}
	})
	return m.sends
}

// sendAt returns the request that a call makes, or nil.
func (m *Model) sendAt(call ssa.CallInstruction) *Send {
	m.Sends()
	return m.sendOf[call]
}

// Pos is the position of the call.
func (s *Send) Pos() token.Pos { return s.Call.Pos() }

// GivesAnswer reports whether the call can return an answer that its caller
// has to look at.
func (s *Send) GivesAnswer() bool {
	for _, row := range s.Rows {
		for _, r := range row.Res {
			if r.K == play.Resp || r.K == play.Body {
				return true
			}
		}
	}
	return false
}

// Play returns how the code around the request ends for each outcome.
func (s *Send) Play() *play.Result { return s.model.facts.Play(s.Send) }

// Evidence is the end of a path that proves a No.
type Evidence struct {
	play.End
	// Bad are the outcomes for which it is wrong.
	Bad play.Outcomes
}

// bodiless are the answers that never have a body.
var bodiless = play.Status(204) | play.Status(304)

// BodyClosed reports whether the body is closed, or handed to somebody else,
// on every path.
func (s *Send) BodyClosed() (Answer, Evidence) {
	r := s.Play()
	if s.LeavesOpen() {
		r = s.model.facts.PlayOpen(s.Send)
	}
	if r.Overflow || !r.Reached {
		return Unknown, Evidence{}
	}
	if s.expectsNoBody() {
		return Unknown, Evidence{}
	}
	answer, found := Yes, Evidence{}
	for _, e := range r.Ends {
		if !e.Open || e.Kind == play.Exits || !e.Out.Has(play.AnyStatus&^bodiless) || e.Elsewhere {
			continue
		}
		if e.Flags&play.Deferred != 0 && !e.Out.Has(play.Success) {
			continue // a few attempts, all closed at the function's end
		}
		bad := found.Bad | e.Out&play.AnyStatus
		// The best evidence is a body that nobody read, then a repetition.
		switch drained := e.Flags&play.Drained != 0; {
		case answer == Yes, !drained && found.Flags&play.Drained != 0,
			e.Kind == play.Repeats && !found.Repeats() && (!drained || found.Flags&play.Drained != 0):
			found.End = e
		}
		answer, found.Bad = No, bad
	}
	if answer == Yes {
		return s.returnedWrong(r)
	}
	return answer, found
}

// expectsNoBody reports whether the call's own function gives nil for an answer
// that has no body, and the caller drops what it is given: what is asked for
// may always be answered so.
func (s *Send) expectsNoBody() bool {
	return s.Wrapper && slices.ContainsFunc(s.Rows, func(row play.Row) bool {
		if !row.Out.Has(bodiless) || row.Out.Has(play.AnyStatus&^bodiless) {
			return false
		}
		for i, res := range row.Res {
			if res.K == play.Nil && !isErrorType(s.Call.Common().Signature().Results().At(i).Type()) {
				return s.drops(i)
			}
		}
		return false
	})
}

// drops reports whether nobody looks at a result of the call.
func (s *Send) drops(i int) bool {
	v := resultOf(s.Call, i)
	return v == nil || unused(v)
}

// DropsDeleted reports whether the answer of a request that deletes is dropped:
// such an answer seldom has a body.
func (s *Send) DropsDeleted() bool {
	if !s.drops(0) {
		return false
	}
	fn := CalleeObject(s.Call)
	return s.Method() == http.MethodDelete || s.Wrapper && fn != nil && slices.Contains(camelWords(fn.Name()), "delete")
}

// LeavesOpen reports whether a library that reads and closes bodies is told to
// leave this one to the caller.
func (s *Send) LeavesOpen() bool {
	return s.ownResponse() && s.Client().Traits.Says[traitRaw] == saysYes
}

// Deferrable reports whether closing the body at the end of the function that
// makes the call is right on every path: none returns the answer, gives it away
// or makes the call again. closed says that some path closes it already.
func (s *Send) Deferrable() (deferrable, closed bool) {
	r := s.Play()
	if r.Overflow || !r.Reached {
		return false, false
	}
	for _, e := range r.Ends {
		if !e.Out.Has(play.AnyStatus &^ bodiless) {
			continue
		}
		if e.Kind == play.Repeats || e.Elsewhere || e.Returned || e.Flags&(play.Handed|play.Replaced|play.LoopedBack) != 0 {
			return false, false
		}
		if e.Flags&(play.Closed|play.Deferred) != 0 {
			closed = true
		} else if !e.Open && e.Kind != play.Exits {
			return false, false
		}
	}
	return true, closed
}

// returnedWrong looks for an answer that is returned against the function's
// own contract: open together with an error, although the function closes the
// body itself when all is well; or closed, although it is returned open for
// its caller to read otherwise.
func (s *Send) returnedWrong(r *play.Result) (Answer, Evidence) {
	closes, hands := false, false
	for _, e := range r.Ends {
		if e.Kind != play.Returns || !e.Out.Has(play.Success) {
			continue
		}
		if err := s.errorOf(e); err == nil || err.K == play.NonNil {
			continue
		}
		if e.Flags&play.Closed != 0 {
			closes = true
		} else if e.Returned && e.Flags&play.Handed == 0 {
			hands = true
		}
	}
	if closes == hands {
		return Yes, Evidence{}
	}
	for _, e := range r.Ends {
		err := s.errorOf(e)
		if e.Kind != play.Returns || !e.Returned || err == nil || !e.Out.Has(play.AnyStatus) || e.Flags&(play.Handed|play.Replaced) != 0 {
			continue
		}
		open := e.Flags&play.Closed == 0
		if closes && open && err.K == play.NonNil || hands && !open && err.K == play.Nil {
			return No, Evidence{e, e.Out & play.AnyStatus}
		}
	}
	return Yes, Evidence{}
}

// LeftOnError returns the end of a path on which the answer that a wrapper
// returned together with an error stays open.
func (s *Send) LeftOnError() (Evidence, bool) {
	if !s.Wrapper {
		return Evidence{}, false
	}
	r := s.Play()
	if r.Overflow {
		return Evidence{}, false
	}
	for _, e := range r.Ends {
		if e.OpenOnError && e.Kind == play.Returns && e.Out.Has(play.AnyStatus) {
			return Evidence{e, e.Out & play.AnyStatus}, true
		}
	}
	return Evidence{}, false
}

// ReturnedOpen returns the places where the functions that a wrapper's request
// goes through return its open body together with an error.
func (s *Send) ReturnedOpen() []token.Pos {
	for _, e := range s.Play().Ends {
		err := s.errorOf(e)
		if e.Kind == play.Returns && e.Returned && e.Flags&play.Closed == 0 && err != nil && err.K == play.NonNil && e.Out.Has(play.AnyStatus) {
			return append([]token.Pos{e.Pos}, e.Trail...)
		}
	}
	return nil
}

// Innermost returns the request that a call of a wrapper of this package ends
// in, or the call itself.
func (s *Send) Innermost() *Send {
	for range 8 {
		if !s.Wrapper || s.Callee == nil || s.Callee.Pkg() != s.model.pass.Pkg {
			return s
		}
		var next *Send
		for _, t := range s.model.Sends() {
			if outermost(t.Fn).Object() == types.Object(s.Callee.Origin()) && t.GivesAnswer() {
				next = t
				break
			}
		}
		if next == nil || next == s {
			return s
		}
		s = next
	}
	return s
}

func outermost(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// StatusChecked reports whether error answers end differently from success
// wherever the answer is used.
func (s *Send) StatusChecked() (Answer, Evidence) {
	r := s.Play()
	if r.Overflow || !r.Reached || !s.GivesAnswer() || s.Opaque {
		return Unknown, Evidence{}
	}
	// A hook or transport may turn the answer into an error, unless the code
	// tests the status itself.
	if !looksAtStatus(r) && s.HooksAnswers() != No {
		return Unknown, Evidence{}
	}
	// A status that is looked at for something else (a size, a log line) tells
	// nobody of an error where the paths end alike again.
	alike := map[uint64]play.Outcomes{}
	for _, e := range r.Ends {
		alike[e.Shape] |= e.Out
	}
	answer := Yes
	for _, e := range r.Ends {
		all := alike[e.Shape]
		bad := all & play.ErrorStatus
		// What tells 200 or 201 from an error looks at the status. A loop over
		// items goes on after an error as after a success.
		if e.Kind == play.Exits || !e.Out.Has(play.ErrorStatus) || !all.Has(play.Status(200)) || !all.Has(play.Status(201)) {
			continue
		}
		switch s.acknowledges(e) {
		case Yes:
			return No, Evidence{e, bad}
		case Unknown:
			answer = Unknown
		}
	}
	return answer, Evidence{}
}

// looksAtStatus reports whether some path tells an error status from success.
func looksAtStatus(r *play.Result) bool {
	for _, e := range r.Ends {
		if e.Out.Has(play.ErrorStatus) && !e.Out.Has(play.Success) && e.Given {
			return true
		}
	}
	return false
}

// acknowledges reports whether the end takes an answer for a success: content
// of the body is used or handed on without its status, or a write is reported
// as done.
func (s *Send) acknowledges(e play.End) Answer {
	failed := false
	bare := false // the body goes on without the status
	for i, v := range e.Results {
		t := s.resultType(e, i)
		if t != nil && isFailure(t) {
			failed = failed || v.K == play.NonNil || v.K == play.Ptr
			if v.T&play.FromStatus != 0 || v.K == play.Unknown && v.T&play.ErrorField != 0 {
				return Unknown // it may be what the answer says
			}
			continue
		}
		switch {
		case v.K == play.Resp, v.T&play.FromStatus != 0:
			return Unknown // the caller decides
		case v.K == play.Body:
			bare = true
		case v.T&play.FromBody != 0:
			return Unknown
		}
	}
	if failed || e.Flags&play.Failed != 0 {
		return No // it fails whatever the status is
	}
	if e.Unknown || e.Flags&(play.StatusOut|play.DataCheck) != 0 {
		return Unknown
	}
	if e.Flags&play.Handed != 0 && !bare {
		return Unknown
	}
	if e.Flags&(play.Decoded) != 0 {
		for _, d := range e.Decoded {
			if d.Out.Has(e.Out&play.ErrorStatus) && tellsError(d.Type) {
				return Unknown
			}
		}
		return Yes
	}
	if bare || e.Flags&play.Read != 0 {
		return Yes
	}
	if m := s.Method(); (isWrite(m) || s.ownResponse()) && s.endsWithError(e) {
		return Yes
	}
	return No
}

// ownResponse reports whether the answer is a library's own, read and closed.
func (s *Send) ownResponse() bool {
	return s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.Response == "own"
}

// isFailure reports whether a result of this type tells of a failure when it
// is not nil: an error, or a struct that is called one.
func isFailure(t types.Type) bool {
	if isErrorType(t) {
		return true
	}
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && (strings.HasSuffix(n.Obj().Name(), "Error") || strings.HasSuffix(n.Obj().Name(), "Err"))
}

// resultType is the type of a result of the function that the end returns from.
func (s *Send) resultType(e play.End, i int) types.Type {
	fn := s.Fn
	for fn.Parent() != nil && fn.Signature.Results().Len() != len(e.Results) {
		fn = fn.Parent()
	}
	if i < fn.Signature.Results().Len() {
		return fn.Signature.Results().At(i).Type()
	}
	return nil
}

// endsWithError reports whether the end returns an error, so that it says
// "done" to its caller.
func (s *Send) endsWithError(e play.End) bool {
	n := len(e.Results)
	if n == 0 {
		return false
	}
	t := s.resultType(e, n-1)
	return t != nil && types.Identical(t, errorType)
}

var errorType = types.Universe.Lookup("error").Type()

func isWrite(method string) bool {
	switch method {
	case "POST", "PUT", "PATCH", "DELETE":
		return true
	}
	return false
}

// tellsError reports whether a type that an answer is decoded into can tell
// the program of a failure by itself: the status may be looked at there.
// It errs on the side of yes.
func tellsError(t types.Type) bool {
	if t == nil {
		return false
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Embedded() && tellsError(f.Type()) {
			return true
		}
		if play.TellsError(f.Name()) || play.TellsError(jsonName(st.Tag(i), f.Name())) {
			return true
		}
	}
	return false
}

// Method is the constant HTTP method, or "" when it is not known.
func (s *Send) Method() string {
	if s.Lib != nil && s.Lib.Send != nil {
		if s.Lib.Send.Method != "" {
			return s.Lib.Send.Method
		}
	}
	if s.Wrapper {
		if m := methodAmong(s.Call.Common().Args); m != "" {
			return m
		}
	}
	request := s.Request
	if request == nil && s.Lib != nil && s.Lib.Send != nil && s.Lib.Send.Request != nil {
		request = argAt(s.Call.Common(), s.Lib.Send.Request) // of a library's own type
	}
	if m := madeWith(request); m != "" {
		return m
	}
	if call := requestCall(request); call != nil {
		if m, ok := constString(methodArg(call)); ok {
			if m == "" {
				return "GET"
			}
			return m
		}
	}
	return ""
}

// methodAmong returns the constant HTTP method among arguments, or "".
func methodAmong(args []ssa.Value) string {
	for _, a := range args {
		switch m, _ := constString(a); m {
		case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
			return m
		}
	}
	return ""
}

// madeWith returns the constant method that is given to the project's own
// function that makes a request, or "".
func madeWith(request ssa.Value) string {
	if x, ok := request.(*ssa.Extract); ok {
		request = x.Tuple
	}
	call, ok := request.(*ssa.Call)
	if !ok {
		return ""
	}
	if lib := library.FuncOf(calleeOf(&call.Call)); lib != nil {
		return ""
	}
	if r := resultType(&call.Call); !isNamed(r, "net/http", "Request") {
		return ""
	}
	return methodAmong(call.Call.Args)
}

func constString(v ssa.Value) (string, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}

// Owner returns the type whose method sends the request, or nil for a function.
func (s *Send) Owner() types.Type {
	recv := outermost(s.Fn).Signature.Recv()
	if recv == nil {
		return nil
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	return t
}

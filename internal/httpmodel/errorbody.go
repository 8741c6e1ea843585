package httpmodel

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// refused are the answers whose body says what is wrong with the request.
var refused = play.Status(400) | play.Status(422)

// good are two answers of which a program that looks at the status takes at
// least one for a success.
var good = play.Status(200) | play.Status(201)

// ErrorBodyRead reports whether the content of an error answer reaches the
// error that is made of it. The evidence of a No is the place that drops it.
func (s *Send) ErrorBodyRead() (Answer, Evidence) {
	r := s.Play()
	if r.Overflow || !r.Reached || !s.GivesAnswer() || s.Opaque {
		return Unknown, Evidence{}
	}
	answer := Unknown
	for _, e := range r.Ends {
		if e.Kind != play.Returns || !e.Given || e.CameFailed || e.Out&refused != refused || e.Out&good == good {
			continue
		}
		err := s.errorOf(e)
		if err == nil || err.K == play.Unknown || err.K == play.Nil {
			continue
		}
		if !err.At.IsValid() && err.T&(play.FromMade|play.FromStatus) == 0 {
			continue // an error of something else, a wait that was cut short
		}
		switch {
		case e.Flags&(play.Read|play.Handed) != 0 || err.T&(play.FromData|play.FromBody) != 0 || s.carriesAnswer(e):
			if answer == Unknown {
				answer = Yes
			}
		case e.Unknown && e.Flags&play.StatusOut != 0:
			// Something that is not seen was told the status: it may know more.
		default:
			end := Evidence{e, e.Out & play.ErrorStatus}
			if err.At.IsValid() {
				end.Pos = err.At // where the error is made, in a helper too
			}
			return No, end
		}
	}
	return answer, Evidence{}
}

// UndecodableError reports whether an error answer whose body is not the
// expected document keeps its status: No when the decode's own error (or a
// panic with it) takes the place of the answer.
func (s *Send) UndecodableError() (Answer, Evidence) {
	r := s.Play()
	if r.Overflow || !r.Reached {
		return Unknown, Evidence{}
	}
	for _, e := range r.Ends {
		if !e.Given || e.CameFailed || e.Out&refused == 0 || e.Out&good == good || len(e.Decoded) == 0 || e.Kind == play.Repeats {
			continue
		}
		var err *play.Value
		if e.Kind == play.Exits && len(e.Results) == 1 {
			err = &e.Results[0]
		} else if e.Kind == play.Returns {
			err = s.errorOf(e)
		}
		if err == nil || err.K != play.NonNil || err.T&play.FromDecode == 0 {
			continue
		}
		if err.T&(play.FromData|play.FromStatus|play.FromBody) != 0 || s.carriesStatus(e) {
			continue
		}
		if e.Kind == play.Returns && e.Flags&(play.HeaderSeen|play.DataCheck) != 0 {
			continue // its type or form was looked at before
		}
		if err.T&play.FromMade != 0 && len(e.Out.Codes()) <= 2 {
			continue // an error of its own for a status or two: the status is in it
		}
		return No, Evidence{e, e.Out & play.ErrorStatus}
	}
	return Unknown, Evidence{}
}

// errorOf returns the error result of an end, or nil.
func (s *Send) errorOf(e play.End) *play.Value {
	for i := len(e.Results) - 1; i >= 0; i-- {
		if t := s.resultType(e, i); t != nil && isErrorType(t) {
			return &e.Results[i]
		}
	}
	return nil
}

func isErrorType(t types.Type) bool {
	return types.Identical(t, errorType) || types.Implements(t, errorType.Underlying().(*types.Interface))
}

// isFailureType reports whether a result of a type tells of a failure where it is
// not nil: an error, or a pointer to a struct that is called one and has no method
// Error.
func isFailureType(t types.Type) bool { return isErrorType(t) || httpfacts.IsErrorStruct(t) }

// carriesAnswer reports whether the caller gets the answer or something of its body.
func (s *Send) carriesAnswer(e play.End) bool {
	for i, v := range e.Results {
		if t := s.resultType(e, i); t != nil && isErrorType(t) {
			continue
		}
		if v.K == play.Resp || v.K == play.Body || v.T&(play.FromBody|play.FromData) != 0 {
			return true
		}
	}
	return false
}

// carriesStatus reports whether the caller learns the status beside the error.
func (s *Send) carriesStatus(e play.End) bool {
	for i, v := range e.Results {
		if t := s.resultType(e, i); t != nil && isErrorType(t) {
			continue
		}
		if v.K == play.Resp || v.K == play.Code || v.K == play.Text || v.T&(play.FromBody|play.FromStatus) != 0 {
			return true
		}
	}
	return false
}

// Documents reports whether the request or its answer is a JSON or XML
// document: content of an answer is decoded on some path, or the function
// encodes what it sends.
func (s *Send) Documents() bool {
	for _, e := range s.Play().Ends {
		if e.Flags&play.Decoded != 0 {
			return true
		}
	}
	for fn := s.Fn; fn != nil; fn = fn.Parent() {
		if s.model.encodes(fn) {
			return true
		}
	}
	return false
}

// encodes reports whether a function makes a document itself.
func (m *Model) encodes(fn *ssa.Function) bool {
	for call := range lazyssa.Each[ssa.CallInstruction](fn) {
		if isEncoder(calleeOf(call.Common())) {
			return true
		}
	}
	return false
}

func isEncoder(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "encoding/json", "encoding/xml", "encoding/json/v2":
		switch fn.Name() {
		case "Marshal", "MarshalIndent", "Encode", "MarshalWrite":
			return true
		}
	}
	return false
}

// PackageDocuments reports whether the package deals in JSON or XML at all.
func (m *Model) PackageDocuments() bool {
	for _, path := range []string{"encoding/json", "encoding/xml", "encoding/json/v2"} {
		if m.facts.Index.Refers(path) {
			return true
		}
	}
	return false
}

package play

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// unknownCall is a call of code that is not entered.
func (r *run) unknownCall(s *state, f *frame, c *callInfo) *state {
	sig := c.instr.Common().Signature()
	if !formats(c.callee) || strings.HasPrefix(c.callee.Name(), "Fprint") {
		s.effect(c.instr.Pos())
	}
	std := c.callee != nil && c.callee.Pkg() != nil && isStd(c.callee.Pkg().Path())
	if c.callee == nil && c.fn == nil {
		std = false
	}
	// A function that may call its argument at once: the played call may be in there.
	if !s.sent && r.site.Call != nil {
		for _, a := range c.args {
			if a.K == Func && r.known.Contains(a.Fn, r.site.Call) && len(s.frames) < maxFrames && len(a.Fn.Blocks) > 0 && c.then == toCall {
				c2 := *c
				c2.bind = a.Bind
				return r.push1(s, &c2, a.Fn, nil, toMaybe, retryRule{})
			}
		}
	}
	var t Taint
	all := append([]Value{c.recv}, c.args...)
	for i, a := range all {
		reach := s.reach(a, 0)
		var p types.Type
		if i > 0 {
			p = paramType(sig, i-1)
		}
		switch {
		case a.carriesBody() && i > 0 && p != nil && onlyReads(p) && a.K != Resp:
			// Readers do not take ownership.
			s.flags |= Read | Drained
			t |= FromData
			if mayHold(sig) {
				t |= FromBody
			}
		case a.carriesBody():
			if i == 0 && (std || a.K == Unknown || a.K == NonNil) {
				s.flags |= Read // a method of a reader or decoder over the body
				t |= reach | FromData
				break
			}
			s.escape(a, 0)
			t |= reach | FromData
		case a.K == Func && !s.sent && calledBack(a.Fn.Signature, sig):
			for _, b := range a.Bind {
				s.forget(b, 0)
			}
		case a.K == Ptr || a.K == Func:
			t |= reach
			if std {
				if a.K == Ptr {
					r.disturb(s, a)
				} else {
					s.escape(a, 0)
				}
				break
			}
			s.escape(a, 0)
		default:
			if a.taint()&FromStatus != 0 && i > 0 && !formats(c.callee) {
				s.flags |= StatusOut
			}
			t |= reach
		}
	}
	if std {
		// Writers and builders keep what they are given.
		for _, a := range all {
			if a.K == Ptr && t != 0 {
				r.taintPlace(s, a, t)
			}
		}
	}
	if isErrorMap(sig) && len(c.args) == 1 && c.args[0].K == Nil {
		return r.finish(s, f, c, Value{K: Nil}) // a function from error to error keeps nil
	}
	if makesError(c, sig) {
		return r.finish(s, f, c, Value{K: NonNil, T: t&^FromBody | FromMade, At: c.instr.Pos()})
	}
	n := sig.Results().Len()
	vals := make([]Value, n)
	for i := range vals {
		typ := sig.Results().At(i).Type()
		vals[i] = tainted(t.keep(typ))
		if isError(typ) {
			vals[i].T &^= FromBody
		}
	}
	return r.finish(s, f, c, results(c.instr, vals))
}

// calledBack reports whether a function is probably called at once by the one
// that it is given to: both may fail.
func calledBack(fn, by *types.Signature) bool {
	fails := func(sig *types.Signature) bool {
		n := sig.Results().Len()
		return n > 0 && isError(sig.Results().At(n-1).Type())
	}
	return fails(fn) && fails(by)
}

// disturb forgets what is known of a place that a callee may have written.
func (r *run) disturb(s *state, p Value) {
	if _, global := p.Loc.Root.(*ssa.Global); global || s.escaped[p.Loc.Root] {
		return
	}
	if v, ok := s.store[p.Loc]; ok && !v.carriesBody() {
		s.store[p.Loc] = tainted(v.taint())
	} else if !ok {
		s.store[p.Loc] = tainted(s.reach(p, 0))
	}
}

// isErrorMap reports whether a signature is func(error) error.
func isErrorMap(sig *types.Signature) bool {
	e := types.Universe.Lookup("error").Type()
	return sig.Params().Len() == 1 && sig.Results().Len() == 1 &&
		types.Identical(sig.Params().At(0).Type(), e) && types.Identical(sig.Results().At(0).Type(), e)
}

// makesError reports whether a function whose code is not entered is a
// constructor of errors, by its name: New, Errorf, NewNotFound, ErrorFor. One
// that is given an error may hand on a nil.
func makesError(c *callInfo, sig *types.Signature) bool {
	if c.callee == nil || sig.Results().Len() != 1 || !isError(sig.Results().At(0).Type()) {
		return false
	}
	for i, a := range c.args {
		if p := paramType(sig, i); p != nil && isError(p) && a.isNil() != 0 {
			return false
		}
	}
	name := c.callee.Name()
	return name == "New" || name == "Newf" || strings.HasPrefix(name, "Err") || strings.HasPrefix(name, "NewErr") ||
		strings.HasPrefix(name, "New") && (strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Errorf"))
}

// formats reports whether a function only turns its arguments into text.
func formats(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "fmt", "strconv", "strings", "errors", "log", "log/slog", "bytes":
		return true
	}
	return false
}

// mayHold reports whether a result could keep a reader that was passed in.
func mayHold(sig *types.Signature) bool {
	for i := range sig.Results().Len() {
		switch sig.Results().At(i).Type().Underlying().(type) {
		case *types.Pointer, *types.Struct, *types.Signature:
			return true
		case *types.Interface:
			if !types.Identical(sig.Results().At(i).Type(), types.Universe.Lookup("error").Type()) {
				return true
			}
		}
	}
	return false
}

func paramType(sig *types.Signature, i int) types.Type {
	n := sig.Params().Len()
	if n == 0 {
		return nil
	}
	if sig.Variadic() && i >= n-1 {
		return sig.Params().At(n - 1).Type()
	}
	if i < n {
		return sig.Params().At(i).Type()
	}
	return nil
}

// onlyReads reports whether a parameter's type has Read and not Close: its
// function is not meant to take ownership.
func onlyReads(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	read := false
	for m := range i.Methods() {
		switch m.Name() {
		case "Read":
			read = true
		case "Close":
			return false
		}
	}
	return read
}

// isStd reports whether a package belongs to the standard library.
func isStd(path string) bool {
	for i := range len(path) {
		switch path[i] {
		case '.':
			return false
		case '/':
			return true
		}
	}
	return true
}

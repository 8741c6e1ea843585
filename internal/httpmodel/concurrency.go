package httpmodel

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/library"
)

// A Crowd is a request that many goroutines send at the same time to one
// host, over a transport that keeps two of their connections.
type Crowd struct {
	Pos   token.Pos   // the call in the goroutine, or the go statement
	Start token.Pos   // where the goroutines are started
	Built []token.Pos // where the client comes from
}

// Crowds returns the requests that goroutines started in a loop send over a
// transport of the program's own whose MaxIdleConnsPerHost was left alone.
func (m *Model) Crowds() []Crowd {
	if m.Empty() {
		return nil
	}
	m.clients.mu.Lock()
	defer m.clients.mu.Unlock()
	var list []Crowd
	for call := range lazyssa.Each[ssa.CallInstruction](m.SSA().Funcs...) {
		fn := startedBy(call)
		if fn == nil || fn.Blocks == nil || !inLoop(call.Block()) || fewAtATime(call.Parent()) {
			continue
		}
		if _, isGo := call.(*ssa.Go); !isGo && fn.Parent() == nil {
			continue // a function value whose arguments are not seen
		}
		for _, s := range m.sentBelow(fn, call, 0) {
			t := joined(s.origins)
			if !s.oneHost || t.Says[traitIdle] != saysNo || t.Says[traitPool] != saysYes || t.Says[traitReuse] != saysYes {
				continue
			}
			c := Crowd{Pos: s.at.Pos(), Start: call.Pos()}
			for _, o := range s.origins {
				if o.pos.IsValid() {
					c.Built = append(c.Built, o.pos)
				}
			}
			list = append(list, c)
			break // one cause
		}
	}
	return list
}

// startedBy returns the function that a go statement or a library's spawning
// function runs in another goroutine, or nil.
func startedBy(call ssa.CallInstruction) *ssa.Function {
	v := ssa.Value(nil)
	if g, ok := call.(*ssa.Go); ok {
		if fn := staticCallee(&g.Call); fn != nil {
			return fn
		}
		v = g.Call.Value
	} else if lib := library.FuncOf(calleeOf(call.Common())); lib != nil && lib.Spawns != nil {
		v = argAt(call.Common(), lib.Spawns)
	}
	switch v := v.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	}
	return nil
}

// fewAtATime reports whether a function holds itself to one or two at a time,
// with a channel's size or a setter's constant. It errs on the side of yes.
func fewAtATime(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch i := instr.(type) {
			case *ssa.MakeChan:
				if n, ok := constInt(i.Size); ok && (n == 1 || n == 2) {
					return true
				}
			case ssa.CallInstruction:
				c := calleeOf(i.Common())
				if c == nil || c.Name() != "SetLimit" {
					continue
				}
				args := i.Common().Args
				if n, ok := constInt(args[len(args)-1]); ok && n >= 0 && n <= 2 {
					return true
				}
			}
		}
	}
	return false
}

// A sentBelow is a request that a function or one that it calls sends.
type sentBelow struct {
	at      ssa.CallInstruction // the call in the function
	origins []clientOrigin      // of the client, the function's parameters filled in
	oneHost bool                // every call goes to the same host
	base    ssa.Value           // the beginning of the URL
}

const belowDepth = 3

// sentBelow returns what a function sends when call starts it.
func (m *Model) sentBelow(fn *ssa.Function, call ssa.CallInstruction, depth int) []sentBelow {
	var list []sentBelow
	e := m.clientEval(nil)
	for _, s := range m.below(fn, depth) {
		if p, ok := s.base.(*ssa.Parameter); ok && p.Parent() == fn {
			s.base = beginning(argument(call, paramIndex(p)))
		}
		s.oneHost = isShared(s.base)
		if fn.Parent() == nil {
			s.at = call // go ask(id)
		}
		origins := make([]clientOrigin, len(s.origins))
		for i, o := range s.origins {
			origins[i] = e.filled(o, call)
		}
		s.origins = origins
		list = append(list, s)
	}
	return list
}

// below returns what a function sends, its parameters left open.
func (m *Model) below(fn *ssa.Function, depth int) []sentBelow {
	if depth > belowDepth {
		return nil
	}
	sends := map[ssa.CallInstruction]*Send{}
	for _, s := range m.Sends() {
		if s.Fn == fn && !s.Opaque && !s.Wrapper {
			sends[s.Call] = s
		}
	}
	var list []sentBelow
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if s := sends[call]; s != nil {
				list = append(list, sentBelow{at: call, origins: s.originsIn(fn), base: beginning(s.urlValue())})
				continue
			}
			callee := call.Common().StaticCallee()
			if callee == nil || callee.Pkg != fn.Pkg || callee == fn || callee.Blocks == nil {
				continue
			}
			e := m.clientEval(fn)
			for _, s := range m.below(callee, depth+1) {
				in := sentBelow{at: call, base: s.base}
				if p, ok := s.base.(*ssa.Parameter); ok && p.Parent() == callee {
					in.base = beginning(argument(call, paramIndex(p)))
				}
				for _, o := range s.origins {
					in.origins = append(in.origins, e.filled(o, call))
				}
				list = append(list, in)
			}
		}
	}
	return list
}

// isShared reports whether a text is the same for all goroutines: a constant,
// or what a field or variable holds.
func isShared(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return false
		}
		switch x := v.X.(type) {
		case *ssa.Global:
			return true
		case *ssa.FieldAddr:
			_, element := x.X.(*ssa.IndexAddr)
			return !element && !isLocalCell(x.X)
		}
	}
	return false
}

// isLocalCell reports whether a struct is a local variable, such as the
// element of a loop.
func isLocalCell(v ssa.Value) bool {
	a, ok := v.(*ssa.Alloc)
	if !ok {
		return false
	}
	_, isPointer := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Pointer)
	return !isPointer
}

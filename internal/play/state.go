package play

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A deferred is a call that waits for its function's end.
type deferred struct {
	instr *ssa.Defer
	fn    Value
	args  []Value
}

// next says what a frame's results are for.
type next uint8

const (
	toCall    next = iota // they are the value of the call
	toNowhere             // a deferred call: they are dropped
	toRetry               // they decide whether a library calls the function again
	toMaybe               // the callee of a function that may or may not call its argument
)

// A frame is one function in execution.
type frame struct {
	fn     *ssa.Function
	block  *ssa.BasicBlock
	pc     int
	env    map[ssa.Value]Value
	defers []deferred
	call   ssa.CallInstruction // in the frame below
	then   next
	retry  retryRule
	bind   []Value // captured variables of fn, to call it again
}

// retryRule is how a library decides to call an operation again.
type retryRule struct {
	on     string // "error", "true", "false"
	marked bool   // only errors that say so are repeated
}

// A Decoding is one decode of the body on a path.
type Decoding struct {
	Pos  token.Pos
	Type types.Type // of the target; nil when it is not known
	Into ssa.Value
	From ssa.Value // what is decoded; nil where a library does it by itself
	Out  Outcomes  // the outcomes for which it is done
}

// A target is what a library's request says its answer is decoded into.
type target struct {
	Decoding
	place Value
	err   bool // for error answers
}

// state is one path in execution.
type state struct {
	frames  []*frame
	store   map[Loc]Value
	escaped map[ssa.Value]bool
	assume  map[condKey]bool
	out     Outcomes
	sent    bool
	left    bool // the loop of the site was left
	given   bool // the call gave this path an answer
	failed  bool // … together with an error
	opened  bool // … with an open body
	// openedErr says that the open body came with an error.
	openedErr bool
	unknown   bool // a branch on a tainted value that is not understood was passed
	flags     Flags
	decoded   []Decoding
	targets   []target    // of the request that is being made
	effects   []token.Pos // what was done after the call that others may notice, each once
	trail     []token.Pos // returns of functions that were entered after the call
}

// condKey names a condition across the instructions that compute it.
type condKey struct {
	op   token.Token
	x, y ssa.Value
}

func (s *state) top() *frame { return s.frames[len(s.frames)-1] }

func (s *state) clone() *state {
	c := *s
	c.frames = make([]*frame, len(s.frames))
	for i, f := range s.frames {
		g := *f
		g.env = maps.Clone(f.env)
		g.defers = slices.Clone(f.defers)
		c.frames[i] = &g
	}
	c.store = maps.Clone(s.store)
	c.escaped = maps.Clone(s.escaped)
	c.assume = maps.Clone(s.assume)
	c.decoded = slices.Clone(s.decoded)
	c.targets = slices.Clone(s.targets)
	c.effects = slices.Clone(s.effects)
	return &c
}

// hash summarises everything that can change what happens from here.
func (s *state) hash(ids *ids) uint64 { return mix(s.shape(ids, 0), uint64(s.out)) }

// passing are the flags that change nothing for whoever goes on.
const passing = Logged | HeaderSeen | CtxSeen | Slept | LoopedBack | LengthSeen

// shape is the hash without the outcomes and without some flags.
func (s *state) shape(ids *ids, without Flags) uint64 {
	h := uint64(s.flags &^ without)
	if s.sent {
		h = mix(h, 1)
	}
	if s.left {
		h = mix(h, 5)
	}
	if s.unknown {
		h = mix(h, 2)
	}
	if s.opened {
		h = mix(h, 3)
	}
	if s.given {
		h = mix(h, 4)
	}
	if s.openedErr {
		h = mix(h, 5)
	}
	if s.failed {
		h = mix(h, 6)
	}
	for _, f := range s.frames {
		h = mix(h, ids.of(f.fn))
		h = mix(h, uint64(f.block.Index)<<16|uint64(f.pc))
		var sum uint64 // order does not matter
		for v, val := range f.env {
			sum += val.hash(mix(11, ids.of(v)), ids)
		}
		h = mix(h, sum)
		for _, d := range f.defers {
			h = mix(h, uint64(d.instr.Pos()))
			h = d.fn.hash(h, ids)
			for _, a := range d.args {
				h = a.hash(h, ids)
			}
		}
	}
	var sum uint64
	for l, val := range s.store {
		sum += val.hash(mixString(mix(13, ids.of(l.Root)), l.Path), ids)
	}
	for v := range s.escaped {
		sum += mix(17, ids.of(v))
	}
	for k, b := range s.assume {
		x := mix(19, uint64(k.op))
		x = mix(x, ids.of(k.x))
		if k.y != nil {
			x = mix(x, ids.of(k.y))
		}
		if b {
			x = mix(x, 1)
		}
		sum += x
	}
	for _, d := range s.decoded {
		h = mix(h, uint64(d.Pos))
	}
	for _, t := range s.targets {
		h = mix(h, uint64(t.Pos))
	}
	return mix(h, sum)
}

// effect notes that an instruction may have changed something that is not seen.
func (s *state) effect(pos token.Pos) {
	if s.sent && !slices.Contains(s.effects, pos) {
		s.effects = append(s.effects, pos)
	}
}

// unseen reports whether others may read a place.
func (s *state) unseen(root ssa.Value) bool {
	_, global := root.(*ssa.Global)
	return global || s.escaped[root]
}

// ending is the shape of the end of a path: equal where a path that another
// outcome led along has done the same and ends with the same.
func (s *state) ending(e End, ids *ids) uint64 {
	h := mix(uint64(e.Kind), uint64(e.Pos))
	if e.Kind == Repeats {
		h = mix(h, s.shape(ids, passing)) // what it keeps for the next time counts too
	}
	h = mix(h, uint64(s.flags&^passing))
	for i, b := range []bool{s.unknown, s.opened, s.openedErr, s.given, s.failed} {
		if b {
			h = mix(h, uint64(i+1))
		}
	}
	for _, d := range s.decoded {
		h = mix(h, uint64(d.Pos))
	}
	for _, v := range e.Results {
		h = mix(h, s.deep(v, ids, 0))
	}
	var sum uint64 // in any order
	for _, pos := range s.effects {
		sum += mix(23, uint64(pos))
	}
	return mix(h, sum)
}

// deep is the hash of a value and of what it points to.
func (s *state) deep(v Value, ids *ids, depth int) uint64 {
	h := v.hash(29, ids)
	if depth > 4 {
		return h
	}
	for _, b := range v.Bind {
		h = mix(h, s.deep(b, ids, depth+1))
	}
	if v.K != Ptr {
		return h
	}
	var sum uint64
	for l, w := range s.store {
		if l.below(v.Loc) && !(w.K == Ptr && w.Loc == v.Loc) {
			sum += mixString(s.deep(w, ids, depth+1), l.Path)
		}
	}
	return mix(h, sum)
}

// load reads a place; t is the type of the value there.
func (s *state) load(l Loc, t types.Type) Value {
	if s.escaped[l.Root] {
		return tainted(s.reach(Value{K: Ptr, Loc: l}, 0) &^ FromBody)
	}
	if v, ok := s.store[l]; ok {
		return v
	}
	// A store to an enclosing place covers this one.
	best := -1
	var outer Value
	for k, v := range s.store {
		if l.below(k) && len(k.Path) > best {
			best, outer = len(k.Path), v
		}
	}
	if best >= 0 {
		return tainted(outer.taint())
	}
	// A place that was never written holds the zero value, if nothing in it
	// is at a place that is not known exactly.
	if _, local := l.Root.(*ssa.Alloc); local {
		part, of := unknown, false
		for k, v := range s.store {
			if k.below(l) {
				part.T, of = part.T|s.reach(v, 0), true
			}
		}
		if of {
			return part
		}
		return zero(t)
	}
	return unknown
}

// write stores into a place and forgets what was below it.
func (s *state) write(l Loc, v Value) {
	for k := range s.store {
		if k != l && k.below(l) {
			delete(s.store, k)
		}
	}
	s.store[l] = v
}

// reach is the taint of everything that can be reached from a value.
func (s *state) reach(v Value, depth int) Taint {
	t := v.taint()
	if depth > 4 {
		return t
	}
	switch v.K {
	case Ptr:
		for k, w := range s.store {
			if k.below(v.Loc) || v.Loc.below(k) {
				if w.K == Ptr && w.Loc == v.Loc {
					continue
				}
				t |= s.reach(w, depth+1)
			}
		}
	case Func, Tuple:
		for _, b := range v.Bind {
			t |= s.reach(b, depth+1)
		}
	}
	return t
}

// carries reports whether the open body can be reached from a value.
func (s *state) carries(v Value) bool {
	return v.carriesBody() || s.reach(v, 0)&FromBody != 0
}

// escape notes that a value went where the path does not see.
func (s *state) escape(v Value, depth int) {
	if v.carriesBody() {
		s.flags |= Handed
	}
	if v.taint()&FromStatus != 0 {
		s.flags |= StatusOut
	}
	if depth > 4 {
		return
	}
	switch v.K {
	case Ptr:
		if v.Loc.Root == nil || s.escaped[v.Loc.Root] {
			return
		}
		for k, w := range s.store {
			if k.Root == v.Loc.Root {
				s.escape(w, depth+1)
			}
		}
		s.escaped[v.Loc.Root] = true
	case Func, Tuple:
		for _, b := range v.Bind {
			s.escape(b, depth+1)
		}
	}
}

// forget drops what is known of the places that a value leads to: somebody may
// have written them, and nobody keeps them.
func (s *state) forget(v Value, depth int) {
	if v.K != Ptr || v.Loc.Root == nil || s.unseen(v.Loc.Root) || depth > 4 {
		return
	}
	for l, w := range s.store {
		if l.Root == v.Loc.Root {
			delete(s.store, l)
			s.forget(w, depth+1)
		}
	}
	s.store[Loc{Root: v.Loc.Root}] = unknown
}

// closeDeferred reports whether a call that waits for its function's end may
// close the body.
func (s *state) closeDeferred() bool {
	for _, f := range s.frames {
		for _, d := range f.defers {
			if s.carries(d.fn) {
				return true
			}
			for _, a := range d.args {
				if s.carries(a) {
					return true
				}
			}
		}
	}
	return false
}

func zero(t types.Type) Value {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		if _, tp := t.(*types.TypeParam); tp {
			return unknown
		}
		return Value{K: Nil}
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return boolean(false)
		case u.Info()&types.IsInteger != 0:
			return Value{K: Const, C: intConst(0)}
		case u.Info()&types.IsString != 0:
			return Value{K: Const, C: stringConst("")}
		}
	}
	return unknown
}

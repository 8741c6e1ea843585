package httpmodel

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A stateKey names the part of an answer that holds a state: a field, a method
// that returns it, or a key of a map.
type stateKey struct {
	of   any // *types.Var, *types.Func or string
	flag bool
}

// String is the name of the state in the source.
func (k stateKey) String() string {
	switch of := k.of.(type) {
	case types.Object:
		return strings.TrimPrefix(of.Name(), "Get")
	case string:
		return of
	}
	return ""
}

// A stateTest is a place where a state is compared with a word, or a boolean
// one is read.
type stateTest struct {
	val  ssa.Value
	word string
	not  bool // true where the state is another one
	pos  token.Pos
}

// A stateLook holds what a round of a poll looks at.
type stateLook struct {
	p      *Poll
	params map[*ssa.Parameter][]ssa.Value
	instrs []ssa.Instruction
	tests  map[stateKey][]stateTest
	order  []stateKey
	// unclear says that a state is compared with something that is not known.
	unclear bool
}

// newStateLook collects the tests of states between two requests.
func newStateLook(p *Poll) *stateLook {
	l := &stateLook{p: p, params: map[*ssa.Parameter][]ssa.Value{}, tests: map[stateKey][]stateTest{}}
	note := func(instr ssa.Instruction) bool {
		l.instrs = append(l.instrs, instr)
		if call, ok := instr.(ssa.CallInstruction); ok {
			if fn := staticCallee(call.Common()); fn != nil && len(fn.Blocks) > 0 {
				for i, a := range call.Common().Args {
					if i < len(fn.Params) {
						l.params[fn.Params[i]] = append(l.params[fn.Params[i]], a)
					}
				}
			}
		}
		return false
	}
	p.ask.visit(note)
	// The blocks of a loop come in no order.
	slices.SortStableFunc(l.instrs, func(a, b ssa.Instruction) int { return int(a.Pos() - b.Pos()) })
	for _, instr := range l.instrs {
		l.test(instr)
	}
	return l
}

func (l *stateLook) add(k stateKey, t stateTest) {
	if _, known := l.tests[k]; !known {
		l.order = append(l.order, k)
	}
	l.tests[k] = append(l.tests[k], t)
}

// test notes what an instruction asks of a state.
func (l *stateLook) test(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.BinOp:
		if i.Op != token.EQL && i.Op != token.NEQ {
			return
		}
		for _, side := range [2][2]ssa.Value{{i.X, i.Y}, {i.Y, i.X}} {
			k, ok := l.key(side[0], 0)
			if !ok || k.flag {
				continue
			}
			if word, ok := stateWord(side[1]); ok {
				l.add(k, stateTest{i, word, i.Op == token.NEQ, i.Pos()})
			} else if !ofLoop(side[1]) {
				l.unclear = true
			}
		}
	case *ssa.Call:
		callee := calleeOf(&i.Call)
		if callee == nil || callee.Pkg() == nil || len(i.Call.Args) != 2 {
			return
		}
		if callee.Pkg().Path() == "strings" && callee.Name() == "EqualFold" {
			for _, side := range [2][2]ssa.Value{{i.Call.Args[0], i.Call.Args[1]}, {i.Call.Args[1], i.Call.Args[0]}} {
				if word, ok := stateWord(side[1]); ok {
					if k, ok := l.key(side[0], 0); ok && !k.flag {
						l.add(k, stateTest{i, word, false, i.Pos()})
					}
				}
			}
		}
	}
	if v, ok := instr.(ssa.Value); ok && isBool(v.Type()) {
		if _, isTest := v.(*ssa.BinOp); isTest {
			return
		}
		if k, ok := l.key(v, 0); ok && k.flag && l.decides(v) {
			l.add(k, stateTest{v, "true", false, v.Pos()})
		}
	}
}

// ofLoop reports whether a value is a variable of the loop: the state before.
func ofLoop(v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.Phi:
		return true
	case *ssa.Const:
		return true // nil
	case *ssa.UnOp:
		_, ok := x.X.(*ssa.Alloc)
		return ok
	}
	return false
}

// decides reports whether a branch is taken by a boolean.
func (l *stateLook) decides(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.If, *ssa.Return, *ssa.Phi:
			return true
		case *ssa.UnOp:
			if ref.Op == token.NOT && l.decides(ref) {
				return true
			}
		}
	}
	return false
}

// key returns the state that a value is, if it is one.
func (l *stateLook) key(v ssa.Value, depth int) (stateKey, bool) {
	if depth > 12 {
		return stateKey{}, false
	}
	depth++
	flag := isBool(v.Type())
	field := func(f *types.Var) (stateKey, bool) {
		if f == nil || f.Pkg() != nil && f.Pkg().Path() == "net/http" || !isStateType(f.Type()) {
			return stateKey{}, false
		}
		if isBoolLike(f.Type()) {
			return stateKey{f, true}, namesFlag(f.Name())
		}
		return stateKey{f, false}, namesState(f.Name())
	}
	switch x := v.(type) {
	case *ssa.UnOp:
		if x.Op != token.MUL {
			return stateKey{}, false
		}
		switch a := x.X.(type) {
		case *ssa.FieldAddr:
			if l.fromAnswer(a.X, 0) {
				return field(structField(a.X.Type(), a.Field))
			}
		case *ssa.UnOp: // what a pointer field points at
			return l.key(a, depth)
		case *ssa.Alloc:
			uses := l.p.m.flow().cellUses(a)
			if len(uses.stores) == 1 {
				return l.key(uses.stores[0].Val, depth)
			}
		}
	case *ssa.Field:
		if l.fromAnswer(x.X, 0) {
			return field(structField(x.X.Type(), x.Field))
		}
	case *ssa.ChangeType:
		return l.key(x.X, depth)
	case *ssa.Convert:
		return l.key(x.X, depth)
	case *ssa.MakeInterface:
		return l.key(x.X, depth)
	case *ssa.TypeAssert:
		return l.key(x.X, depth)
	case *ssa.Lookup:
		if name, ok := constString(x.Index); ok && namesState(name) && l.fromAnswer(x.X, 0) {
			return stateKey{name, flag}, true
		}
	case *ssa.Extract:
		if call, ok := x.Tuple.(*ssa.Call); ok {
			if fn := calleeOf(&call.Call); fn != nil && namesState(fn.Name()) && isString(x.Type()) && l.asks(call) {
				return stateKey{fn, false}, true
			}
		}
		if look, ok := x.Tuple.(*ssa.Lookup); ok && x.Index == 0 {
			return l.key(look, depth)
		}
		if assert, ok := x.Tuple.(*ssa.TypeAssert); ok && x.Index == 0 {
			return l.key(assert, depth)
		}
	case *ssa.Parameter:
		for _, a := range l.params[x] {
			if k, ok := l.key(a, depth); ok {
				return k, true
			}
		}
	case *ssa.Call:
		callee := calleeOf(&x.Call)
		if callee == nil {
			return stateKey{}, false
		}
		recv := receiver(&x.Call)
		if callee.Name() == "String" && recv != nil {
			return l.key(recv, depth)
		}
		if lib := library.FuncOf(callee); lib != nil {
			if (lib.Makes == "lower" || lib.Makes == "upper" || lib.Makes == "trim") && len(x.Call.Args) > 0 {
				return l.key(x.Call.Args[0], depth)
			}
			return stateKey{}, false
		}
		if recv != nil && callee.Signature().Params().Len() == 0 && callee.Pkg() != l.p.m.pass.Pkg && l.fromAnswer(recv, 0) {
			if flag {
				return stateKey{callee, true}, namesFlag(callee.Name())
			}
			return stateKey{callee, false}, namesState(callee.Name()) && isStateType(x.Type())
		}
		// A helper that reads through a pointer: aws.ToString, isTrue.
		if len(x.Call.Args) == 1 && recv == nil {
			if p, ok := x.Call.Args[0].Type().Underlying().(*types.Pointer); ok && types.Identical(p.Elem().Underlying(), x.Type().Underlying()) {
				return l.key(x.Call.Args[0], depth)
			}
		}
	}
	return stateKey{}, false
}

// asks reports whether a call is on the way to the request.
func (l *stateLook) asks(call ssa.CallInstruction) bool {
	return slices.Contains(l.p.ask.Path, call)
}

// fromAnswer reports whether a value is part of what the request gave.
func (l *stateLook) fromAnswer(v ssa.Value, depth int) bool {
	if depth > 16 {
		return false
	}
	depth++
	switch x := v.(type) {
	case *ssa.UnOp:
		return l.fromAnswer(x.X, depth)
	case *ssa.FieldAddr:
		return l.fromAnswer(x.X, depth)
	case *ssa.Field:
		return l.fromAnswer(x.X, depth)
	case *ssa.IndexAddr:
		return l.fromAnswer(x.X, depth)
	case *ssa.Index:
		return l.fromAnswer(x.X, depth)
	case *ssa.Lookup:
		return l.fromAnswer(x.X, depth)
	case *ssa.Extract:
		return l.fromAnswer(x.Tuple, depth)
	case *ssa.Next:
		return l.fromAnswer(x.Iter, depth)
	case *ssa.Range:
		return l.fromAnswer(x.X, depth)
	case *ssa.Slice:
		return l.fromAnswer(x.X, depth)
	case *ssa.ChangeType:
		return l.fromAnswer(x.X, depth)
	case *ssa.TypeAssert:
		return l.fromAnswer(x.X, depth)
	case *ssa.MakeInterface:
		return l.fromAnswer(x.X, depth)
	case *ssa.Phi:
		return slices.ContainsFunc(x.Edges, func(e ssa.Value) bool { return l.fromAnswer(e, depth) })
	case *ssa.Parameter:
		return slices.ContainsFunc(l.params[x], func(a ssa.Value) bool { return l.fromAnswer(a, depth) })
	case *ssa.Alloc:
		uses := l.p.m.flow().cellUses(x)
		if slices.ContainsFunc(uses.fills, l.filledHere) {
			return true
		}
		return slices.ContainsFunc(uses.stores, func(st *ssa.Store) bool { return l.fromAnswer(st.Val, depth) })
	case *ssa.Call:
		if l.asks(x) {
			return true
		}
		if recv := receiver(&x.Call); recv != nil && x.Call.Signature().Params().Len() == 0 {
			return l.fromAnswer(recv, depth)
		}
		// A decoder that returns what it made, a function of the package on the way.
		if fn := staticCallee(&x.Call); fn != nil && len(fn.Blocks) > 0 {
			return slices.ContainsFunc(x.Call.Args, func(a ssa.Value) bool { return l.fromAnswer(a, depth) })
		}
	}
	return false
}

// filledHere reports whether a call that fills a variable runs in each round.
func (l *stateLook) filledHere(call ssa.CallInstruction) bool {
	return slices.ContainsFunc(l.instrs, func(i ssa.Instruction) bool { return i == ssa.Instruction(call) })
}

// keys returns the states that are looked at.
func (l *stateLook) keys() []stateKey { return l.order }

// words returns the words that a state is compared with.
func (l *stateLook) words(k stateKey) []string {
	if k.flag {
		return []string{"true", "false"}
	}
	var list []string
	for _, t := range l.tests[k] {
		if !slices.Contains(list, t.word) && t.word != "" {
			list = append(list, t.word)
		}
	}
	return list
}

// assume decides the tests of a state as if it were the word; "" is one that
// is compared with nothing.
func (l *stateLook) assume(k stateKey, word string) map[ssa.Value]bool {
	decided := map[ssa.Value]bool{}
	for _, t := range l.tests[k] {
		if k.flag {
			if word != "" {
				decided[t.val] = word == "true"
			}
			continue
		}
		decided[t.val] = (t.word == word) != t.not
	}
	return decided
}

// at returns where a state is compared with a word.
func (l *stateLook) at(k stateKey, word string) token.Pos {
	for _, t := range l.tests[k] {
		if (t.word == word || k.flag) && t.pos.IsValid() {
			return t.pos
		}
	}
	return l.p.Call.Pos()
}

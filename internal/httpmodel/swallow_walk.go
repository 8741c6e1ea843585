package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A failTag is what a value has to do with a call that failed.
type failTag int

const (
	tagNone   failTag = iota
	tagError          // the error
	tagText           // made from the error
	tagTest           // a boolean: is it this error?
	tagPart           // made from a result
	tagTrue           // a boolean that is known
	tagFalse          // the same
	tagResult         // result 0; the others follow
)

// A failPath is a path after a call that failed.
type failPath struct {
	block *ssa.BasicBlock
	at    int
	tags  map[ssa.Value]failTag // of values, and of variables that hold them
	binds map[ssa.Value]ssa.Value
	back  []failReturn // calls of literals that the path is in
	used  token.Pos    // a use of a result, where nothing looked at the error
	// within says that used is a call whose callee uses the result.
	within bool
	// looked says that the error was dealt with, so that only a panic is a finding.
	looked bool
	tested bool            // the error was compared with nil
	side   *ssa.BasicBlock // where that led
	branch bool            // a result decided a branch
	over   bool            // … and was true
}

// A failReturn is where a literal returns to.
type failReturn struct {
	block *ssa.BasicBlock
	at    int
}

func (p *failPath) clone() *failPath {
	q := *p
	q.tags, q.binds, q.back = maps.Clone(p.tags), maps.Clone(p.binds), slices.Clone(p.back)
	return &q
}

// A failWalk follows the paths after one call that failed.
type failWalk struct {
	*failingCall
	ids   map[ssa.Value]uint64
	seen  map[uint64]bool
	work  []*failPath
	best  *Swallowed
	steps int
}

const maxFailSteps = 20000

// walk returns the worst use of the call's results on a path on which it failed.
func (t *failingCall) walk() (Swallowed, bool) {
	w := &failWalk{failingCall: t, ids: map[ssa.Value]uint64{}, seen: map[uint64]bool{}}
	p := &failPath{block: t.call.Block(), tags: map[ssa.Value]failTag{}, binds: map[ssa.Value]ssa.Value{}}
	p.at = slices.Index(p.block.Instrs, ssa.Instruction(t.call)) + 1
	if t.err != nil {
		p.tags[t.err] = tagError
	}
	for v, i := range t.res {
		p.tags[v] = tagResult + failTag(i)
	}
	w.work = append(w.work, p)
	for len(w.work) > 0 && w.steps < maxFailSteps {
		p := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		for p != nil && w.steps < maxFailSteps {
			w.steps++
			p = w.step(p)
		}
	}
	if w.best == nil {
		return Swallowed{}, false
	}
	return *w.best, true
}

// found keeps a use: the worst one, and of equals the first in the source.
func (w *failWalk) found(kind SwallowKind, use token.Pos, within bool) {
	if !use.IsValid() {
		use = w.call.Pos()
	}
	if w.best != nil && (w.best.Kind < kind || w.best.Kind == kind && w.best.Use <= use) {
		return
	}
	w.best = &Swallowed{Kind: kind, Use: use, Call: w.call, Name: w.name, Within: within, Blank: w.err == nil}
}

// isNil reports whether a tag is that of a result that is nil here.
func (w *failWalk) isNil(t failTag) bool { return t >= tagResult && w.nils[int(t-tagResult)] }

// tag is what a value has to do with the call.
func (w *failWalk) tag(p *failPath, v ssa.Value) failTag {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
		if constant.BoolVal(c.Value) {
			return tagTrue
		}
		return tagFalse
	}
	return p.tags[v]
}

// cell is the variable at an address: a local one, or one of the function
// around a literal.
func cell(p *failPath, addr ssa.Value) ssa.Value {
	switch a := addr.(type) {
	case *ssa.Alloc:
		return a
	case *ssa.FreeVar:
		if b := p.binds[a]; b != nil {
			return b
		}
		return a
	}
	return nil
}

// step executes one instruction; nil ends the path.
func (w *failWalk) step(p *failPath) *failPath {
	if p.at >= len(p.block.Instrs) {
		return nil
	}
	instr := p.block.Instrs[p.at]
	p.at++
	if instr == ssa.Instruction(w.call) {
		return w.ends(p)
	}
	w.inSide(p, instr)
	switch i := instr.(type) {
	case *ssa.DebugRef, *ssa.Phi:
	case *ssa.Store:
		return w.store(p, i)
	case *ssa.UnOp:
		return w.unop(p, i)
	case *ssa.BinOp:
		return w.binop(p, i)
	case *ssa.FieldAddr:
		return w.deref(p, i, i.X)
	case *ssa.Field:
		w.use(p, i.X, i.Pos())
		w.part(p, i, i.X)
	case *ssa.MakeInterface:
		w.same(p, i, i.X)
	case *ssa.ChangeInterface:
		w.same(p, i, i.X)
	case *ssa.ChangeType:
		w.same(p, i, i.X)
	case *ssa.Convert:
		w.same(p, i, i.X)
	case *ssa.Slice:
		w.same(p, i, i.X)
	case *ssa.TypeAssert:
		if t := w.tag(p, i.X); t == tagError || t == tagText {
			if !i.CommaOk {
				return nil // one kind of error is expected
			}
			p.tags[i] = tagTest
			break
		}
		w.part(p, i, i.X)
	case *ssa.Extract:
		if w.tag(p, i.Tuple) == tagTest {
			p.tags[i] = tagTest
			break
		}
		w.part(p, i, i.Tuple)
	case *ssa.Call:
		return w.callStep(p, i)
	case *ssa.Defer:
		return w.deferStep(p, i)
	case *ssa.Go:
		if w.passes(p, i.Common(), tagError, tagText) {
			return nil
		}
	case *ssa.MapUpdate:
		if t := w.tag(p, i.Value); t == tagError || t == tagText {
			return nil
		}
		w.use(p, i.Value, i.Pos())
	case *ssa.Send:
		if t := w.tag(p, i.X); t == tagError || t == tagText {
			return nil
		}
		w.use(p, i.X, i.Pos())
	case *ssa.Return:
		return w.returns(p, i)
	case *ssa.Panic:
		return nil
	case *ssa.Jump:
		return w.enter(p, p.block.Succs[0])
	case *ssa.If:
		return w.branches(p, i)
	default:
		v, ok := instr.(ssa.Value)
		if !ok {
			break
		}
		for _, op := range instr.Operands(nil) {
			if *op != nil {
				w.part(p, v, *op)
			}
		}
	}
	return p
}

// same gives a value the tag of another one.
func (w *failWalk) same(p *failPath, v, from ssa.Value) {
	if t := w.tag(p, from); t != tagNone {
		p.tags[v] = t
	}
}

// part notes that a value was made from another one.
func (w *failWalk) part(p *failPath, v, from ssa.Value) {
	switch t := w.tag(p, from); {
	case t == tagError || t == tagText:
		p.tags[v] = tagText
	case t >= tagResult || t == tagPart:
		p.tags[v] = tagPart
	}
}

// use notes a use of a result that is not known to be nil.
func (w *failWalk) use(p *failPath, v ssa.Value, pos token.Pos) {
	t := w.tag(p, v)
	if t < tagResult || w.isNil(t) {
		return
	}
	w.useAt(p, pos, false)
}

func (w *failWalk) useAt(p *failPath, pos token.Pos, within bool) {
	switch {
	case p.looked:
	case !w.looks:
		w.found(SwallowDropped, pos, within)
	case p.tested:
		w.found(SwallowLogged, pos, within)
	case !p.used.IsValid():
		p.used, p.within = pos, within
	}
}

// deref executes an access through a pointer.
func (w *failWalk) deref(p *failPath, v, x ssa.Value) *failPath {
	t := w.tag(p, x)
	if w.isNil(t) {
		w.found(SwallowPanics, v.Pos(), false)
		return nil
	}
	if fa, ok := v.(*ssa.FieldAddr); !ok || !onlyWritten(fa, 0) { // the error may be kept there
		w.use(p, x, v.Pos())
	}
	w.part(p, v, x)
	return p
}

func (w *failWalk) store(p *failPath, i *ssa.Store) *failPath {
	t := w.tag(p, i.Val)
	if c := cell(p, i.Addr); c != nil {
		if t == tagNone || t == tagPart {
			delete(p.tags, c)
		} else {
			p.tags[c] = t
		}
		return p
	}
	if a, ok := i.Addr.(*ssa.IndexAddr); ok {
		if array, ok := a.X.(*ssa.Alloc); ok { // an argument of a variadic function
			if t != tagNone && t != tagTrue && t != tagFalse && p.tags[array] != tagError && p.tags[array] != tagText {
				p.tags[array] = t
			}
			return p
		}
	}
	if w.isNil(t) {
		w.m.putAnswer(i.Addr)
	}
	if t == tagError || t == tagText {
		return nil // somebody may look at it later
	}
	w.use(p, i.Val, i.Pos())
	return p
}

func (w *failWalk) unop(p *failPath, i *ssa.UnOp) *failPath {
	switch i.Op {
	case token.MUL:
		if c := cell(p, i.X); c != nil {
			w.same(p, i, c)
			return p
		}
		if t := w.tag(p, i.X); t >= tagResult {
			return w.deref(p, i, i.X)
		}
	case token.NOT:
		switch t := w.tag(p, i.X); t {
		case tagTrue:
			p.tags[i] = tagFalse
			return p
		case tagFalse:
			p.tags[i] = tagTrue
			return p
		}
	}
	w.part(p, i, i.X)
	return p
}

func (w *failWalk) binop(p *failPath, i *ssa.BinOp) *failPath {
	x, y := w.tag(p, i.X), w.tag(p, i.Y)
	equality := i.Op == token.EQL || i.Op == token.NEQ
	other := i.Y
	if x == tagNone {
		x, other = y, i.X
	}
	switch {
	case equality && x == tagError && isNilConst(other):
		p.tags[i] = truth(i.Op == token.NEQ)
		p.tested = true
		return p
	case equality && x == tagError:
		p.looked = true // it is compared with a certain error
		if i.Op == token.EQL {
			p.tags[i] = tagTest
		}
		return p
	case equality && w.isNil(x) && isNilConst(other):
		p.tags[i] = truth(i.Op == token.EQL)
		return p
	case x >= tagResult && isZero(other):
		return nil // whether there is a result is looked at
	case x == tagError || x == tagText:
		p.tags[i] = tagText
		return p
	}
	w.use(p, i.X, i.Pos())
	w.use(p, i.Y, i.Pos())
	w.part(p, i, i.X)
	w.part(p, i, i.Y)
	return p
}

func truth(b bool) failTag {
	if b {
		return tagTrue
	}
	return tagFalse
}

// branches goes where a condition leads.
func (w *failWalk) branches(p *failPath, i *ssa.If) *failPath {
	yes, no := p.block.Succs[0], p.block.Succs[1]
	t := w.tag(p, i.Cond)
	switch t {
	case tagTrue, tagFalse:
		to := yes
		if t == tagFalse {
			to = no
		}
		if b, ok := i.Cond.(*ssa.BinOp); ok && (w.tag(p, b.X) == tagError || w.tag(p, b.Y) == tagError) {
			w.testedBy(p, b, to)
		}
		return w.enter(p, to)
	case tagTest:
		p.looked = true
		return w.enter(p, no)
	case tagText:
		return nil
	}
	q := p.clone()
	if t >= tagResult || t == tagPart {
		p.branch, q.branch = true, true
		q.over = t >= tagResult // a result that is true by itself
		if t >= tagResult && !w.looks {
			w.useAt(p, i.Cond.Pos(), false)
		}
	}
	if next := w.enter(q, yes); next != nil {
		w.work = append(w.work, next)
	}
	return w.enter(p, no)
}

// testedBy notes where a nil test of the error leads. `if err == nil { … }`
// leaves nothing to do for an error, which is dealing with it.
func (w *failWalk) testedBy(p *failPath, b *ssa.BinOp, to *ssa.BasicBlock) {
	if b.Op == token.EQL || len(to.Preds) != 1 {
		p.looked = p.looked || b.Op == token.EQL
		return
	}
	p.side = to
}

// inSide notes what is done on the side of an error: all but logging deals
// with it.
func (w *failWalk) inSide(p *failPath, instr ssa.Instruction) {
	if p.side == nil || p.looked || instr.Parent() != p.side.Parent() || !p.side.Dominates(instr.Block()) {
		return
	}
	switch i := instr.(type) {
	case *ssa.Call:
		fn := calleeOf(&i.Call)
		if !w.m.logs(&i.Call) && !w.m.formats(fn) && !isErrorText(fn) {
			p.looked = true
		}
	case *ssa.Store:
		if _, array := i.Addr.(*ssa.IndexAddr); !array {
			p.looked = true
		}
	case *ssa.MapUpdate, *ssa.Send, *ssa.Go, *ssa.Defer, *ssa.Return:
		p.looked = true
	}
}

// enter moves a path to a block; nil when it has been there alike.
func (w *failWalk) enter(p *failPath, to *ssa.BasicBlock) *failPath {
	from := p.block
	edge := slices.Index(to.Preds, from)
	leaves := p.side != nil && p.side.Parent() == to.Parent() && p.side.Dominates(from) && !p.side.Dominates(to)
	set := map[ssa.Value]failTag{}
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		if edge >= 0 {
			set[phi] = w.tag(p, phi.Edges[edge])
		}
		if leaves && !allSame(phi) {
			p.looked = true // something is different after an error
		}
	}
	for v, t := range set {
		if t == tagNone {
			delete(p.tags, v)
		} else {
			p.tags[v] = t
		}
	}
	p.block, p.at = to, 0
	if h := w.hash(p); !w.seen[h] {
		w.seen[h] = true
		return p
	}
	return nil
}

func allSame(phi *ssa.Phi) bool {
	for _, e := range phi.Edges[1:] {
		if e != phi.Edges[0] {
			return false
		}
	}
	return true
}

// hash tells paths apart.
func (w *failWalk) hash(p *failPath) uint64 {
	id := func(v ssa.Value) uint64 {
		n, ok := w.ids[v]
		if !ok {
			n = uint64(len(w.ids) + 1)
			w.ids[v] = n
		}
		return n
	}
	h := uint64(p.block.Index + 1)
	mix := func(x uint64) { h = (h ^ x) * 1099511628211; h ^= h >> 29 }
	mix(id(p.block.Parent()))
	for _, b := range p.back {
		mix(uint64(b.block.Index)<<16 | uint64(b.at))
	}
	for i, b := range []bool{p.looked, p.tested, p.branch, p.over, p.used.IsValid()} {
		if b {
			mix(uint64(i + 3))
		}
	}
	if p.side != nil {
		mix(uint64(p.side.Index) + 100)
	}
	var sum uint64
	for v, t := range p.tags {
		sum += (id(v)*31 + uint64(t)) * 0x9e3779b97f4a7c15
	}
	mix(sum)
	return h
}

// returns ends a literal or the path.
func (w *failWalk) returns(p *failPath, i *ssa.Return) *failPath {
	if n := len(p.back); n > 0 {
		back := p.back[n-1]
		p.back = p.back[:n-1]
		p.block, p.at = back.block, back.at
		return p
	}
	for _, v := range i.Results {
		if t := w.tag(p, v); t == tagError || t == tagText {
			return nil // the caller looks at it
		}
	}
	n := len(i.Results)
	succeeds := n > 0 && isNilConst(i.Results[n-1]) && types.Identical(i.Results[n-1].Type(), errorType)
	if succeeds {
		for _, v := range i.Results {
			w.use(p, v, i.Pos())
		}
		if p.over && !p.looked && !p.tested && inLoop(w.call.Block()) {
			w.found(SwallowAfter, w.call.Pos(), false)
		}
	}
	return w.ends(p)
}

// ends is the end of a path: nobody has looked at the error on it.
func (w *failWalk) ends(p *failPath) *failPath {
	if p.looked || p.tested || p.branch || !p.used.IsValid() || w.kept(p) {
		return nil
	}
	w.found(SwallowLost, p.used, p.within)
	return nil
}

// kept reports whether a variable that others may read still holds the error.
func (w *failWalk) kept(p *failPath) bool {
	for v, t := range p.tags {
		if t != tagError && t != tagText {
			continue
		}
		switch c := v.(type) {
		case *ssa.FreeVar:
			return true
		case *ssa.Alloc:
			for _, ref := range *c.Referrers() {
				if _, captured := ref.(*ssa.MakeClosure); captured {
					return true
				}
			}
		}
	}
	return false
}

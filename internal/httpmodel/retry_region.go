package httpmodel

import (
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// retryParts holds what is computed of a retry when first asked for.
type retryParts struct {
	once   sync.Once
	region map[*ssa.BasicBlock]bool
}

// Region returns the blocks of In that run between one attempt and the next
// one, the attempts' own blocks included.
func (r *Retry) Region() map[*ssa.BasicBlock]bool {
	r.memo.once.Do(func() {
		switch r.Form {
		case InLoop, PutBack:
			r.memo.region = r.loop.Blocks
		case InOperation, Recursive:
			r.memo.region = map[*ssa.BasicBlock]bool{}
			for _, b := range r.In.Blocks {
				r.memo.region[b] = true
			}
		case Twice:
			r.memo.region = between(r.Path[0].Block(), r.Again.Block())
		}
	})
	return r.memo.region
}

// between returns the blocks on the ways from one block to another.
func between(from, to *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	after := blocksAfter(from, nil)
	after[from] = true
	region := map[*ssa.BasicBlock]bool{}
	for b := range after {
		if b == to || blocksAfter(b, nil)[to] {
			region[b] = true
		}
	}
	return region
}

// blocksAfter returns the blocks that can run after a block, on ways around the
// blocks that are left out.
func blocksAfter(from *ssa.BasicBlock, without map[*ssa.BasicBlock]bool) map[*ssa.BasicBlock]bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := []*ssa.BasicBlock{from}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range b.Succs {
			if !seen[s] && !without[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return seen
}

// between reports whether an instruction of In runs between the attempts: in
// Twice, what stands before the first attempt in its block or after the second
// one does not.
func (r *Retry) between(instr ssa.Instruction) bool {
	b := instr.Block()
	if !r.Region()[b] {
		return false
	}
	if r.Form != Twice {
		return true
	}
	first, second := r.Path[0].Block(), r.Again.Block()
	if b == first && position(instr) < position(r.Path[0]) && !inLoop(b) {
		return false
	}
	return !(b == second && position(instr) > position(r.Again) && !inLoop(b))
}

// position is an instruction's place in its block.
func position(instr ssa.Instruction) int {
	for i, x := range instr.Block().Instrs {
		if x == instr {
			return i
		}
	}
	return -1
}

// maxInside is how deep functions of the package are looked into.
const maxInside = 3

// visit calls f for the instructions that run between one attempt and the
// next: those of In, of the functions on the path to the request, and of
// functions of the package that are called there. It stops when f reports true.
func (r *Retry) visit(f func(ssa.Instruction) bool) bool {
	seen := map[*ssa.Function]bool{r.In: true}
	if r.By != nil && r.visitCallee(r.By, seen, 0, f) { // the package's own helper that repeats
		return true
	}
	for _, b := range r.In.Blocks {
		if !r.Region()[b] {
			continue
		}
		for _, instr := range b.Instrs {
			if r.between(instr) && (f(instr) || r.visitCallee(instr, seen, 0, f)) {
				return true
			}
		}
	}
	return false
}

func (r *Retry) visitCallee(instr ssa.Instruction, seen map[*ssa.Function]bool, depth int, f func(ssa.Instruction) bool) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok || depth == maxInside {
		return false
	}
	fn := staticCallee(call.Common())
	if fn == nil || fn.Blocks == nil || seen[fn] || library.FuncOf(calleeOf(call.Common())) != nil {
		return false
	}
	seen[fn] = true
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if f(in) || r.visitCallee(in, seen, depth+1, f) {
				return true
			}
		}
	}
	return false
}

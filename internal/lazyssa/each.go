package lazyssa

import (
	"iter"

	"golang.org/x/tools/go/ssa"
)

// Each yields the instructions of one kind, such as [*ssa.Store] or
// [ssa.CallInstruction], of functions, in order. Literals within them are
// functions of their own.
func Each[T ssa.Instruction](fns ...*ssa.Function) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, fn := range fns {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if i, ok := instr.(T); ok && !yield(i) {
						return
					}
				}
			}
		}
	}
}

package httpfacts

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// streams returns the blocks of a function that follow a loop which flushes
// the answer: the client may have left by then.
func (w *Work) streams(fr *frame) map[*ssa.BasicBlock]bool {
	if !HasWriter(fr.fn.Signature) && !hasInbound(fr.fn.Signature) {
		return nil
	}
	var after map[*ssa.BasicBlock]bool
	for _, b := range fr.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !isFlush(&call.Call) {
				continue
			}
			reach := reachable(b)
			if !reach[b] {
				continue // not in a loop
			}
			for next := range reach {
				if !reachable(next)[b] {
					if after == nil {
						after = map[*ssa.BasicBlock]bool{}
					}
					after[next] = true
				}
			}
		}
	}
	return after
}

// isFlush reports whether a call sends what was written so far to the client.
func isFlush(common *ssa.CallCommon) bool {
	callee := calleeOf(common)
	if callee == nil || callee.Name() != "Flush" || callee.Signature().Recv() == nil {
		return false
	}
	key := typeKey(callee.Signature().Recv().Type())
	return key == "net/http.Flusher" || key == "net/http.ResponseController"
}

func reachable(b *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := append([]*ssa.BasicBlock{}, b.Succs...)
	for len(work) > 0 {
		next := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[next] {
			continue
		}
		seen[next] = true
		work = append(work, next.Succs...)
	}
	return seen
}

func isErrOf(common *ssa.CallCommon) bool {
	return common.IsInvoke() && common.Method.Name() == "Err" && isContext(common.Value.Type())
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

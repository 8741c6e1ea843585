package httpmodel

import (
	"go/token"
	"go/types"
	"net/http"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/library"
)

// A TransportHeader is a header that a transport sets on what goes through it.
type TransportHeader struct {
	Name string // canonical; "" where it is not constant
	// If is the field that has to be set, or "".
	If string
}

// transportHeaders returns the headers that a type's RoundTrip or Do sets; not
// known where there is none, or it is another package's without a fact.
func (m *Model) transportHeaders(n *types.TypeName) (headers []TransportHeader, known bool) {
	if n.Pkg() != m.pass.Pkg {
		f := m.foreignTransport(n)
		if f == nil {
			return nil, false
		}
		return f.Headers, true
	}
	method := sendMethod(n.Type(), n.Pkg())
	if method == nil || method.Pkg() != m.pass.Pkg {
		return nil, method != nil
	}
	fn := m.SSA().SSA.Prog.FuncValue(method)
	if fn == nil || fn.Blocks == nil {
		return nil, false
	}
	return m.headersSetIn(fn), true
}

// headersSetIn returns the headers of requests that a function, and what it
// calls in the package, sets.
func (m *Model) headersSetIn(fn *ssa.Function) []TransportHeader {
	var list []TransportHeader
	seen := map[*ssa.Function]bool{}
	var visit func(fn *ssa.Function, depth int)
	visit = func(fn *ssa.Function, depth int) {
		if fn == nil || fn.Blocks == nil || seen[fn] || depth > 3 {
			return
		}
		seen[fn] = true
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.MapUpdate:
					if isNamed(instr.Map.Type(), "net/http", "Header") {
						name, _ := constString(instr.Key)
						list = append(list, TransportHeader{http.CanonicalHeaderKey(name), fieldCondition(b)})
					}
				case ssa.CallInstruction:
					lib := library.FuncOf(CalleeObject(instr))
					if lib != nil && lib.SetHeader != nil {
						name := lib.SetHeader.Fixed
						if lib.SetHeader.Name != nil {
							name, _ = constString(argAt(instr.Common(), lib.SetHeader.Name))
						}
						list = append(list, TransportHeader{http.CanonicalHeaderKey(name), fieldCondition(b)})
						continue
					}
					visit(staticCallee(instr.Common()), depth+1)
				}
			}
		}
	}
	visit(fn, 0)
	return list
}

// fieldCondition returns the field that has to be set for a block to run, where
// that is its one condition.
func fieldCondition(b *ssa.BasicBlock) string {
	if len(b.Preds) != 1 {
		return ""
	}
	pred := b.Preds[0]
	cond, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If)
	if !ok {
		return ""
	}
	cmp, ok := cond.Cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.NEQ || pred.Succs[0] != b {
		return ""
	}
	if text, isText := constString(cmp.Y); !isText || text != "" {
		return ""
	}
	switch v := cmp.X.(type) {
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return structField(fa.X.Type(), fa.Field).Name()
		}
	case *ssa.Field:
		return structField(v.X.Type(), v.Field).Name()
	}
	return ""
}

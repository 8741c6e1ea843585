package httpmodel

import (
	"go/types"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// query returns the query of a request by the names of its parameters; not ok
// where the code does not show all of them. What one way to the request asks
// for counts for all.
func (w *selectWalk) query(a selectAnswer) (map[string][]string, bool) {
	if w.mayAsk(a) || !w.endsInView(a.url, 0) {
		return nil, false
	}
	all := map[string][]string{}
	for _, u := range w.m.URLTemplates(a.url) {
		if strings.ContainsAny(u.Path, "&=") {
			return nil, false // a query that begins out of sight
		}
		if u.Query == "" {
			continue
		}
		for part := range strings.SplitSeq(u.Query, "&") {
			name, value, _ := strings.Cut(part, "=")
			if strings.Contains(name, Hole) {
				return nil, false
			}
			if plain, err := url.QueryUnescape(value); err == nil {
				value = plain
			}
			all[name] = append(all[name], value)
		}
	}
	return all, true
}

// mayAsk reports whether the request may ask for members otherwise than in its
// address: the package has the name of the parameter, or sets queries that it
// does not make.
func (w *selectWalk) mayAsk(a selectAnswer) bool {
	if w.m.namesText(a.vendor.Selects.Parameter) {
		return true
	}
	for _, arg := range a.call.Common().Args {
		if isQueryValues(arg.Type()) && !isMadeHere(arg) {
			return true
		}
	}
	fns := withClosures(outermost(a.call.Parent()))
	if callee := staticCallee(a.call.Common()); callee != nil && callee.Blocks != nil {
		fns = append(fns, withClosures(callee)...)
	}
	fns = append(fns, withClosures(outermost(a.send.Fn))...)
	for instr := range lazyssa.Each[ssa.Instruction](fns...) {
		if w.setsQuery(instr) {
			return true
		}
	}
	return false
}

// setsQuery reports whether an instruction gives a request a query, or a
// parameter, that is not constant.
func (w *selectWalk) setsQuery(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Store:
		fa, ok := instr.Addr.(*ssa.FieldAddr)
		if !ok || !isNamed(fa.X.Type(), "net/url", "URL") {
			return false
		}
		f := structField(fa.X.Type(), fa.Field)
		_, constant := constString(instr.Val)
		return f != nil && f.Name() == "RawQuery" && !constant
	case ssa.CallInstruction:
		lib := w.m.lib.FuncOf(CalleeObject(instr))
		if lib == nil || lib.SetQuery == nil {
			return false
		}
		if lib.SetQuery.All != nil {
			return !isMadeHere(argAt(instr.Common(), lib.SetQuery.All))
		}
		_, constant := constString(argAt(instr.Common(), lib.SetQuery.Name))
		return !constant
	}
	return false
}

func isQueryValues(t types.Type) bool {
	return isNamed(t, "net/url", "Values") || types.Identical(t.Underlying(), types.NewMap(types.Typ[types.String], types.Typ[types.String]))
}

// isMadeHere reports whether parameters are none at all, or all made where they
// are given.
func isMadeHere(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return true // nil
	case *ssa.ChangeType:
		return isMadeHere(v.X)
	case *ssa.MakeMap:
		return !slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
			up, ok := ref.(*ssa.MapUpdate)
			if !ok {
				return false
			}
			_, constant := constString(up.Key)
			return !constant
		})
	}
	return false
}

// endsInView reports whether nothing of an address can hide a query: it ends in
// a constant, or in what is escaped, a number, or called after an identifier.
func (w *selectWalk) endsInView(v ssa.Value, depth int) bool {
	for range 10 {
		switch x := v.(type) {
		case *ssa.Const:
			return true
		case *ssa.BinOp:
			v = x.Y
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Parameter:
			return namesItem(x.Name()) || w.callersShow(x, depth)
		case *ssa.FreeVar:
			return namesItem(x.Name())
		case *ssa.UnOp:
			return w.loadInView(x)
		case *ssa.Call:
			last, ok := w.lastPart(x)
			if last == nil {
				return ok
			}
			v = last
		default:
			b, ok := v.Type().Underlying().(*types.Basic)
			return ok && b.Info()&types.IsNumeric != 0
		}
	}
	return false
}

// callersShow reports whether every caller of a function gives it an address
// that ends in view.
func (w *selectWalk) callersShow(p *ssa.Parameter, depth int) bool {
	if depth > 3 {
		return false // a function that calls itself, too
	}
	calls, complete := w.m.Callers(p.Parent())
	return complete && len(calls) > 0 && !slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool {
		arg := argument(call, paramIndex(p))
		return arg == nil || !w.endsInView(arg, depth+1)
	})
}

func (w *selectWalk) loadInView(load *ssa.UnOp) bool {
	switch x := load.X.(type) {
	case *ssa.FieldAddr:
		f := structField(x.X.Type(), x.Field)
		return f != nil && (namesItem(f.Name()) || w.constantTexts(load))
	case *ssa.Alloc:
		return namesItem(x.Comment) || w.constantTexts(load)
	case *ssa.FreeVar:
		return namesItem(x.Name()) || w.constantTexts(load)
	case *ssa.Global:
		return w.constantTexts(load)
	}
	return false
}

// constantTexts reports whether a text is one of constants.
func (w *selectWalk) constantTexts(v ssa.Value) bool {
	origins := w.m.Sources(v)
	return len(origins) > 0 && !slices.ContainsFunc(origins, func(o Origin) bool { return o.Kind != OriginConst })
}

// lastPart returns what the text that a call makes ends in; nil and whether that
// is in view where no part is to be looked at.
func (w *selectWalk) lastPart(call *ssa.Call) (last ssa.Value, ok bool) {
	fn := staticCallee(&call.Call)
	if fn != nil && fn.Blocks != nil {
		var result ssa.Value
		for _, b := range fn.Blocks {
			ret, isReturn := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !isReturn || len(ret.Results) == 0 {
				continue
			}
			if result != nil {
				return nil, false
			}
			result = ret.Results[0]
		}
		return result, false
	}
	callee := CalleeObject(call)
	if callee == nil {
		return nil, false
	}
	args := call.Call.Args
	switch callee.FullName() {
	case "net/url.PathEscape", "net/url.QueryEscape":
		return nil, true
	case "fmt.Sprintf":
		format, constant := constString(args[0])
		if !constant {
			return nil, false
		}
		if parts := variadic(args[1]); len(parts) > 0 && (strings.HasSuffix(format, "%s") || strings.HasSuffix(format, "%v")) {
			return parts[len(parts)-1], false
		}
		return nil, true
	case "path.Join":
		if parts := variadic(args[0]); len(parts) > 0 {
			return parts[len(parts)-1], false
		}
	case "net/url.JoinPath":
		if parts := variadic(args[1]); len(parts) > 0 {
			return parts[len(parts)-1], false
		}
	}
	return nil, inPackage(callee, "strconv")
}

// namesItem reports whether a name is that of what tells one item from others.
func namesItem(name string) bool {
	return nameHas(name, "id", "ids", "uuid", "name", "key", "number", "code", "slug", "account", "user", "agent", "item")
}

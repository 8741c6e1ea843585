package play

import (
	"go/constant"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// sentinelOf names the error that a variable of a package holds.
func sentinelOf(g *ssa.Global) string { return g.Pkg.Pkg.Path() + "." + g.Name() }

// packageOf is the path of the package that a named error is in.
func packageOf(name string) string { return name[:strings.LastIndexByte(name, '.')] }

// wraps returns which named error the one that a formatter or a wrapper makes
// holds, and of which kind: the only one among its arguments, where a format
// says %w.
func (r *run) wraps(s *state, c *callInfo) Value {
	if !isStd(c.callee.Pkg().Path()) {
		return unknown
	}
	format, ok := c.args[0].text()
	if !ok {
		return unknown
	}
	at, wraps := wrappedVerb(format)
	switch {
	case !wraps:
		return Value{Kind: Foreign}
	case at < 0 || len(c.args) != 2 || c.args[1].K != Ptr:
		return unknown
	}
	v, ok := s.store[c.args[1].Loc.sub(index(at))] // of the variadic slice
	if !ok || v.Is == "" && v.Kind == "" {
		return unknown
	}
	return Value{Is: v.Is, Kind: v.Kind, Wraps: true}
}

// wrappedVerb returns which of a format's verbs is its only %w, -1 where that
// is not known.
func wrappedVerb(format string) (at int, wraps bool) {
	at = -1
	verb := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0; i++ {
		}
		switch {
		case i == len(format):
			return -1, wraps
		case format[i] == '%':
			continue
		case format[i] == '*' || format[i] == '[':
			return -1, strings.Contains(format, "w")
		case format[i] == 'w' && wraps:
			return -1, true
		case format[i] == 'w':
			at, wraps = verb, true
		}
		verb++
	}
	return at, wraps
}

// text returns a constant text.
func (v Value) text() (string, bool) {
	if v.K != Const || v.C == nil || v.C.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v.C), true
}

// isSentinel tells whether an error is the named one that it is compared with,
// or wraps it: true, false, or unknown. It is neither where its own name is
// known and both stand for themselves alone.
func (r *run) isSentinel(err, target Value, wrapped bool) Value {
	switch {
	case err.Is == "" || target.Is == "" || target.Wraps:
		return tainted(err.taint() | target.taint())
	case err.Is == target.Is:
		return boolean(wrapped || !err.Wraps)
	case target.Loc.Root == nil || isStd(packageOf(err.Is)) && isStd(packageOf(target.Is)): // os.ErrNotExist is fs.ErrNotExist
		return tainted(err.taint() | target.taint())
	}
	in := target.Loc.Root.(*ssa.Global)
	if !r.plain(in, target.Is) || !r.plain(in, err.Is) {
		return tainted(err.taint() | target.taint())
	}
	return boolean(false)
}

// plain reports whether a named error of a global's package, or of the standard
// library, wraps no other one and has no say in what it is taken for.
func (r *run) plain(in *ssa.Global, name string) bool {
	path := packageOf(name)
	if isStd(path) {
		return true
	}
	g, ok := in.Pkg.Members[name[len(path)+1:]].(*ssa.Global)
	if !ok || path != in.Pkg.Pkg.Path() {
		return false
	}
	known, had := r.plains[g]
	if !had {
		known = madePlain(g)
		r.plains[g] = known
	}
	return known
}

// madePlain reports whether a variable is set once, by its own package's
// initializer, to an error made of text.
func madePlain(g *ssa.Global) bool {
	init := g.Pkg.Func("init")
	if init == nil {
		return false
	}
	found := false
	for _, b := range init.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok || st.Addr != ssa.Value(g) {
				continue
			}
			call, ok := st.Val.(*ssa.Call)
			if !ok || found {
				return false
			}
			fn := call.Call.StaticCallee()
			if fn == nil || fn.Pkg == nil || len(call.Call.Args) == 0 {
				return false
			}
			format, isConst := call.Call.Args[0].(*ssa.Const)
			if !isConst || format.Value == nil || format.Value.Kind() != constant.String {
				return false
			}
			switch fn.Pkg.Pkg.Path() + "." + fn.Name() {
			case "errors.New":
			case "fmt.Errorf":
				if strings.Contains(constant.StringVal(format.Value), "%w") {
					return false
				}
			default:
				return false
			}
			found = true
		}
	}
	return found
}

// sameError compares two errors with == or !=, where their names tell.
func (r *run) sameError(op token.Token, x, y Value) (Value, bool) {
	if y.Loc.Root == nil {
		x, y = y, x
	}
	if x.Is == "" || y.Is == "" {
		return unknown, false
	}
	v := r.isSentinel(x, y, false)
	if v.K != Const {
		return unknown, false
	}
	return boolean(constant.BoolVal(v.C) == (op == token.EQL)), true
}

package play

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Kinds of errors that are of no type of the program.
const (
	Foreign = "-"        // made of text
	FromNet = "net/http" // net/http's own
)

// kindName names a type with a name, or a pointer to one; "" for others.
func kindName(t types.Type) string {
	star := ""
	if _, pointer := types.Unalias(t).(*types.Pointer); pointer {
		star = "*"
	}
	n := pointed(t)
	if n == nil || n.Obj().Pkg() == nil || types.IsInterface(n) || n.TypeArgs().Len() > 0 {
		return ""
	}
	return star + n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// isKind tells whether an error is of a type or, with wrapped, one in it is.
// Only for types of the played package is that ever known.
func (r *run) isKind(err Value, t types.Type, wrapped bool) (is, known bool) {
	if err.Kind == FromNet && (wrapped || !err.Wraps) && isAnyNetError(t) {
		return true, true
	}
	name := kindName(t)
	own := r.site.Root.Pkg
	if err.Kind == "" || name == "" || own == nil || pointed(t).Obj().Pkg() != own.Pkg {
		return false, false
	}
	switch {
	case err.Wraps && !wrapped:
		return false, true // it is the wrapper's
	case err.Kind == name:
		return true, true
	case err.Kind == Foreign:
		return false, true
	case err.Kind == FromNet:
		return false, !r.sendsItself(own)
	case !wrapped:
		return false, true
	}
	other := kindType(own.Pkg, err.Kind)
	if other == nil {
		return false, false
	}
	for _, method := range []string{"Unwrap", "As"} { // it may hold one, or give itself out for one
		if m, _, _ := types.LookupFieldOrMethod(other, true, own.Pkg, method); m != nil {
			return false, false
		}
	}
	return false, true
}

// isAnyNetError reports whether all errors of net/http's requests are of a type:
// net.Error, *url.Error.
func isAnyNetError(t types.Type) bool {
	n := pointed(t)
	if n == nil || n.Obj().Pkg() == nil || n.Obj().Name() != "Error" {
		return false
	}
	_, pointer := types.Unalias(t).(*types.Pointer)
	return n.Obj().Pkg().Path() == "net/url" && pointer || n.Obj().Pkg().Path() == "net" && !pointer
}

// noteKind keeps whether the call's error is surely not of the kind that an
// instruction asks for.
func (r *run) noteKind(instr ssa.Instruction, err Value, other bool) {
	if err.T&FromError == 0 {
		return
	}
	if r.result.Kinds == nil {
		r.result.Kinds = map[ssa.Instruction]bool{}
	}
	had, asked := r.result.Kinds[instr]
	r.result.Kinds[instr] = other && (had || !asked)
}

// pointed is the named type that t is or points to.
func pointed(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, _ := types.Unalias(t).(*types.Named)
	return n
}

// kindType returns the type of a package that kindName named, or nil.
func kindType(pkg *types.Package, name string) types.Type {
	for _, star := range []string{"", "*"} {
		rest, ok := strings.CutPrefix(name, star+pkg.Path()+".")
		if !ok {
			continue
		}
		if obj, ok := pkg.Scope().Lookup(rest).(*types.TypeName); ok {
			return obj.Type()
		}
	}
	return nil
}

// sendsItself reports whether a package has a part in how net/http sends, so that
// clients give its own errors on: a transport, a connection, a reader, or a
// function that is told of redirects and the like.
func (e *Engine) sendsItself(pkg *ssa.Package) bool {
	if e.transport == nil {
		found := hasSender(pkg.Pkg) || setsHook(pkg)
		e.transport = &found
	}
	return *e.transport
}

func hasSender(pkg *types.Package) bool {
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(obj.Type()) {
			continue
		}
		for _, method := range []string{"RoundTrip", "Read", "Write"} {
			if m, path, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, method); m != nil && len(path) == 1 {
				return true
			}
		}
	}
	return false
}

// setsHook reports whether a function of a package sets a field of net/http's
// client or transport that holds a function, or makes a context with a cause.
func setsHook(pkg *ssa.Package) bool {
	var fns []*ssa.Function
	for _, member := range pkg.Members {
		switch m := member.(type) {
		case *ssa.Function:
			fns = append(fns, m)
		case *ssa.Type:
			for _, t := range []types.Type{m.Type(), types.NewPointer(m.Type())} {
				for sel := range types.NewMethodSet(t).Methods() {
					if obj, ok := sel.Obj().(*types.Func); ok && obj.Pkg() == pkg.Pkg {
						fns = append(fns, pkg.Prog.FuncValue(obj))
					}
				}
			}
		}
	}
	for len(fns) > 0 {
		fn := fns[len(fns)-1]
		fns = fns[:len(fns)-1]
		if fn == nil {
			continue
		}
		fns = append(fns, fn.AnonFuncs...)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch i := instr.(type) {
				case *ssa.FieldAddr:
					p, ok := i.X.Type().Underlying().(*types.Pointer)
					if n := pointed(i.X.Type()); !ok || n == nil || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != "net/http" {
						continue
					}
					if st, ok := p.Elem().Underlying().(*types.Struct); ok {
						if _, hook := st.Field(i.Field).Type().Underlying().(*types.Signature); hook {
							return true
						}
					}
				case ssa.CallInstruction:
					if callee := i.Common().StaticCallee(); callee != nil && strings.HasSuffix(callee.Name(), "Cause") && callee.Pkg != nil && callee.Pkg.Pkg.Path() == "context" {
						return true
					}
				}
			}
		}
	}
	return false
}

// asKind answers errors.As where the error's kind is known, and fills its target.
func (r *run) asKind(s *state, c *callInfo) (is, known bool) {
	target, ok := c.argVs[1].Type().Underlying().(*types.Pointer)
	if mi, made := c.argVs[1].(*ssa.MakeInterface); made {
		target, ok = mi.X.Type().Underlying().(*types.Pointer)
	}
	if !ok {
		return false, false
	}
	err := c.args[0]
	is, known = r.isKind(err, target.Elem(), true)
	r.noteKind(c.instr, err, known && !is)
	if !is {
		return is, known
	}
	v := tainted(s.reach(err, 0))
	if _, pointer := target.Elem().Underlying().(*types.Pointer); pointer {
		v.K = NonNil
		if err.K == Ptr && !err.Wraps {
			v = err
		}
	}
	r.store(s, c.args[1], v)
	return true, true
}

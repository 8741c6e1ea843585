package play

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Foreign is the kind of an error that is of no type of the program: a
// library's, or one that is made of text.
const Foreign = "-"

// kindName names a type with a name, or a pointer to one; "" for others.
func kindName(t types.Type) string {
	star := ""
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		star, t = "*", p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || types.IsInterface(n) || n.TypeArgs().Len() > 0 {
		return ""
	}
	return star + n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// isKind tells whether an error is of a type or, with wrapped, one in it is.
// Only for types of the played package is that ever known.
func (r *run) isKind(err Value, t types.Type, wrapped bool) (is, known bool) {
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
	case !wrapped && err.Kind != Foreign:
		return false, true
	case err.Kind == Foreign:
		return false, !r.sendsItself(own.Pkg)
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

// noteKind keeps whether the kind of the call's error was known to an
// instruction that asks for it.
func (r *run) noteKind(instr ssa.Instruction, err Value, known bool) {
	if err.T&FromError == 0 {
		return
	}
	if r.result.Kinds == nil {
		r.result.Kinds = map[ssa.Instruction]bool{}
	}
	had, asked := r.result.Kinds[instr]
	r.result.Kinds[instr] = known && (had || !asked)
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

// sendsItself reports whether a package has a transport of its own, whose errors
// clients give on.
func (e *Engine) sendsItself(pkg *types.Package) bool {
	if e.transport != nil {
		return *e.transport
	}
	found := false
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(obj.Type()) {
			continue
		}
		if m, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, "RoundTrip"); m != nil {
			found = true
			break
		}
	}
	e.transport = &found
	return found
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
	r.noteKind(c.instr, err, known)
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

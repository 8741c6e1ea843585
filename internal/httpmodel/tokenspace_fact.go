package httpmodel

import (
	"fmt"
	"go/types"
	"path"
	"reflect"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

const rawTextVersion = 1

// A RawTextFact says of a function, field or variable of another package that
// its text comes from a file, or the like, as it is, or that it becomes a
// credential as it is.
type RawTextFact struct {
	Version int
	// From is what the text is read from and At where, of a field, a variable
	// or the first result of a function; see [RawCredential].
	From, At string
	// Use is the header that the field or variable becomes.
	Use string
	// Params are the parameters of a function that become headers.
	Params []RawParam
}

// A RawParam is a parameter that becomes a header.
type RawParam struct {
	Index int
	Use   string
}

// AFact marks the type as a fact.
func (*RawTextFact) AFact() {}

// String describes the fact for tests and debugging.
func (f *RawTextFact) String() string { return fmt.Sprintf("raw(%s %s %v)", f.From, f.Use, f.Params) }

// rawText returns what is known of an object of another package, or nil.
func (m *Model) rawText(obj types.Object) *RawTextFact {
	if obj == nil || reflect.ValueOf(obj).IsNil() || obj.Pkg() == nil || obj.Pkg() == m.pass.Pkg {
		return nil
	}
	f := new(RawTextFact)
	if !m.pass.ImportObjectFact(obj, f) || f.Version != rawTextVersion {
		return nil
	}
	return f
}

// foreignUses returns what a call of another package's function makes a
// credential.
func (m *Model) foreignUses(call ssa.CallInstruction) []*CredentialUse {
	fact := m.rawText(CalleeObject(call))
	if fact == nil {
		return nil
	}
	var list []*CredentialUse
	for _, p := range fact.Params {
		i := p.Index
		if recv := receiver(call.Common()); recv != nil && !call.Common().IsInvoke() {
			i++
		}
		if i < len(call.Common().Args) && isText(call.Common().Args[i].Type()) {
			list = append(list, &CredentialUse{Header: p.Use, Value: call.Common().Args[i], Instr: call, Foreign: true})
		}
	}
	return list
}

// facts collects the facts of a package, by object.
type rawFacts map[types.Object]*RawTextFact

func (f rawFacts) of(obj types.Object) *RawTextFact {
	if f[obj] == nil {
		f[obj] = &RawTextFact{Version: rawTextVersion}
	}
	return f[obj]
}

// exportRawTexts tells importing packages which parameters and fields become
// credentials untrimmed, and which fields and results are texts as they were
// read.
func (m *Model) exportRawTexts() {
	if m.pass.Pkg.Name() == "main" {
		return
	}
	facts := rawFacts{}
	for _, u := range m.CredentialUses() {
		for _, p := range rawParts(u.Texts(m)) {
			m.noteUse(facts, u, p)
		}
	}
	m.noteSettings(facts)
	for obj, f := range facts {
		m.pass.ExportObjectFact(obj, f)
	}
}

func (m *Model) noteUse(facts rawFacts, u *CredentialUse, p TextPart) {
	switch p.Origin.Kind {
	case OriginParam:
		param := p.Origin.Value.(*ssa.Parameter)
		fn, ok := param.Parent().Object().(*types.Func)
		i := paramIndex(param)
		if ok && fn.Signature().Recv() != nil {
			i--
		}
		if !ok || !fn.Exported() || fn.Origin() != fn || i < 0 {
			return
		}
		f := facts.of(fn)
		for _, old := range f.Params {
			if old.Index == i {
				return
			}
		}
		f.Params = append(f.Params, RawParam{i, u.Header})
	case OriginField:
		if v := p.Origin.Field; v.Pkg() == m.pass.Pkg && v.Exported() {
			facts.of(v).Use = u.Header
		}
	}
}

// exportSettings is exportRawTexts for a package without HTTP code: one that
// reads the settings of a program.
func (m *Model) exportSettings() {
	if m.pass.Module != nil && m.pass.Module.Version != "" || m.pass.Pkg.Name() == "main" {
		return
	}
	reads := m.facts.Index.Any(func(obj types.Object) bool {
		switch obj := obj.(type) {
		case *types.Func:
			lib := m.lib.FuncOf(obj)
			return lib != nil && (lib.File != nil || lib.Newline != "")
		case *types.Var:
			return obj.IsField() && obj.Exported() && m.rawText(obj) != nil
		}
		return false
	})
	if !reads {
		return
	}
	facts := rawFacts{}
	m.noteSettings(facts)
	for obj, f := range facts {
		m.pass.ExportObjectFact(obj, f)
	}
}

// noteSettings notes the exported fields and results that are texts as they
// were read.
func (m *Model) noteSettings(facts rawFacts) {
	note := func(obj types.Object, v ssa.Value) {
		if !isText(v.Type()) {
			return
		}
		for _, p := range rawParts(m.textsFromAll(v, nil)) {
			if r, ok := m.rawSource(p); ok && r.From != "environment" {
				f := facts.of(obj)
				f.From, f.At = r.From, r.At
				if f.At == "" {
					at := m.pass.Fset.Position(r.Pos)
					f.At = fmt.Sprintf("%s:%d", path.Join(m.pass.Pkg.Path(), path.Base(at.Filename)), at.Line)
				}
				return
			}
		}
	}
	for f, stores := range m.flow().stores {
		if f == nil || !f.Exported() || f.Pkg() != m.pass.Pkg || !isText(f.Type()) || !tokenName.MatchString(f.Name()) {
			continue
		}
		for _, st := range stores {
			note(f, st.Val)
		}
	}
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if ok && obj.Exported() && obj.Origin() == obj && obj.Signature().Results().Len() > 0 && isText(obj.Signature().Results().At(0).Type()) {
			for ret := range lazyssa.Each[*ssa.Return](fn) {
				note(obj, ret.Results[0])
			}
		}
	}
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		if key, v := keyedSetting(call); key != "" {
			for _, f := range m.taggedFields(key) {
				note(f, v)
			}
		}
	}
}

// keyedSetting returns the key and the value of a call that puts a setting into
// a store of them: k.Set("api-key", key).
func keyedSetting(call *ssa.Call) (string, ssa.Value) {
	fn := CalleeObject(call)
	args := call.Call.Args
	if fn == nil || fn.Name() != "Set" || fn.Signature().Recv() == nil || fn.Signature().Params().Len() != 2 {
		return "", nil
	}
	args = args[len(args)-2:]
	key, ok := constString(args[0])
	if !ok || !tokenName.MatchString(strings.ReplaceAll(key, "-", "_")) {
		return "", nil
	}
	v := args[1]
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	return key, v
}

// taggedFields returns the exported fields of the package's structs that a tag
// gives a name.
func (m *Model) taggedFields(name string) []*types.Var {
	var list []*types.Var
	scope := m.pass.Pkg.Scope()
	for _, n := range scope.Names() {
		tn, ok := scope.Lookup(n).(*types.TypeName)
		if !ok {
			continue
		}
		s, ok := tn.Type().Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for i := range s.NumFields() {
			if s.Field(i).Exported() && strings.Contains(s.Tag(i), `:"`+name+`"`) {
				list = append(list, s.Field(i))
			}
		}
	}
	return list
}

package httpmodel

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
)

// A RawCredential is a credential that is sent as it was read, white space
// included.
type RawCredential struct {
	// From is what it was read from: file, stdin, command, line or environment.
	From string
	Pos  token.Pos // where the text is taken, or where another package's is used
	// Name is the variable of the environment, or what the other package's text
	// is called.
	Name string
	// At is where another package reads it, in words; "" for one that is read here.
	At  string
	Use *CredentialUse
	// Encoded says that what is sent is in base64, the white space too.
	Encoded bool
	// Trim is the conversion to a string that wants trimming, or nil.
	Trim *ssa.Convert
}

// RawCredentials returns the credentials that the package sends untrimmed, one
// for each place that reads one, in source order.
func (m *Model) RawCredentials() []RawCredential {
	if m.Empty() {
		return nil
	}
	var list []RawCredential
	seen := map[token.Pos]bool{}
	for _, u := range m.CredentialUses() {
		for _, p := range rawParts(u.Texts(m)) {
			r, ok := m.rawSource(p)
			if !ok || seen[r.Pos] {
				continue
			}
			seen[r.Pos] = true
			r.Use, r.Encoded = u, p.Encoding != ""
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b RawCredential) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// rawParts returns the parts of texts that nothing trims, encoded ones included.
func rawParts(texts []Text) []TextPart {
	var list []TextPart
	for _, t := range texts {
		for _, p := range t {
			switch {
			case p.Encoding != "":
				for _, in := range rawParts(p.Inner) {
					in.Encoding = p.Encoding
					list = append(list, in)
				}
			case !p.IsConst() && !p.Trimmed:
				list = append(list, p)
			}
		}
	}
	return list
}

// rawSource tells where a part is read, if that is a place whose texts have
// white space at their end.
func (m *Model) rawSource(p TextPart) (RawCredential, bool) {
	switch p.Origin.Kind {
	case OriginField:
		if fact := m.rawText(p.Origin.Field); fact != nil && fact.From != "" {
			return RawCredential{From: fact.From, At: fact.At, Name: p.Origin.Field.Name(), Pos: ValuePos(p.Origin.Value)}, true
		}
	case OriginCall:
		call := p.Origin.Call
		if fact := m.rawText(CalleeObject(call)); fact != nil && fact.From != "" && p.Origin.Index == 0 {
			return RawCredential{From: fact.From, At: fact.At, Name: CalleeObject(call).Name(), Pos: call.Pos()}, true
		}
		from := m.readsRaw(call)
		if from == "" || p.Origin.Index != 0 {
			return RawCredential{}, false
		}
		r := RawCredential{From: from, Pos: call.Pos()}
		if c, ok := call.(*ssa.Call); ok {
			r.Name = environmentVariable(c)
			r.Trim = conversionOf(p.Origin.Value)
		}
		if r.Trim != nil && r.Trim.Pos().IsValid() {
			r.Pos = r.Trim.Pos()
		}
		return r, true
	}
	return RawCredential{}, false
}

// conversionOf returns the one conversion of read bytes to a string.
func conversionOf(v ssa.Value) *ssa.Convert {
	var found *ssa.Convert
	if call, ok := v.(*ssa.Call); ok {
		if v = resultOf(call, 0); v == nil {
			return nil
		}
	}
	for _, ref := range *v.Referrers() {
		if c, ok := ref.(*ssa.Convert); ok && isString(c.Type()) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// readsRaw tells what a call reads text from that ends in a newline as a rule,
// or a variable of the environment; "" for any other call.
func (m *Model) readsRaw(call ssa.CallInstruction) string {
	lib := m.lib.FuncOf(CalleeObject(call))
	if lib == nil {
		return ""
	}
	common := call.Common()
	switch {
	case lib.Environment != nil:
		return "environment"
	case lib.Newline != "":
		if lib.Newline == "line" {
			if delim, ok := common.Args[len(common.Args)-1].(*ssa.Const); !ok || delim.Value == nil || delim.Int64() != '\n' {
				return ""
			}
		}
		return lib.Newline
	case lib.File != nil:
		return m.writtenByPeople(argAt(common, lib.File))
	case lib.Read != nil && lib.Read.From != nil && lib.Read.Drains && lib.Read.Into == nil:
		return m.readsFrom(argAt(common, lib.Read.From))
	}
	return ""
}

// readsFrom tells what kind of reader a value is.
func (m *Model) readsFrom(v ssa.Value) string {
	for _, o := range m.Origins(v) {
		switch o.Kind {
		case OriginGlobal:
			if g, ok := o.Value.(*ssa.Global); ok && g.Pkg.Pkg.Path() == "os" && g.Name() == "Stdin" {
				return "stdin"
			}
		case OriginCall:
			fn := CalleeObject(o.Call)
			if inPackage(fn, "os") && fn.Name() == "Open" {
				return m.writtenByPeople(o.Call.Common().Args[0])
			}
			if inPackage(fn, "os/exec") && fn.Name() == "StdoutPipe" {
				return "command"
			}
		}
	}
	return ""
}

// writtenByPeople returns "file" for a path to a file that people or their
// tools write: not one that a platform mounts, and not one that the package
// writes itself.
func (m *Model) writtenByPeople(path ssa.Value) string {
	if path == nil || m.isTokenFile(path) {
		return ""
	}
	places := map[any]bool{}
	for _, t := range m.textsFromAll(path, nil) {
		for _, p := range t {
			if strings.Contains(p.Const, "/run/secrets/kubernetes.io") || strings.Contains(p.Const, "serviceaccount") {
				return ""
			}
			for _, place := range p.Places {
				places[place] = true
			}
		}
	}
	for call := range lazyssa.Each[*ssa.Call](m.flow().funcs...) {
		fn := CalleeObject(call)
		if fn == nil || !inPackage(fn, "os") && !inPackage(fn, "io/ioutil") || fn.Name() != "WriteFile" && fn.Name() != "Create" && fn.Name() != "OpenFile" {
			continue
		}
		if m.samePath(call.Call.Args[0], path, places) {
			return ""
		}
	}
	return "file"
}

// samePath reports whether two paths are one: both come from the same call,
// constant, field or variable.
func (m *Model) samePath(a, b ssa.Value, places map[any]bool) bool {
	for _, t := range m.textsFromAll(a, nil) {
		for _, p := range t {
			for _, place := range p.Places {
				if places[place] {
					return true
				}
				if call, ok := place.(*ssa.Call); ok && staticCallee(&call.Call) != nil {
					for other := range places {
						if o, ok := other.(*ssa.Call); ok && staticCallee(&o.Call) == staticCallee(&call.Call) {
							return true
						}
					}
				}
			}
		}
	}
	x, ok1 := constString(a)
	y, ok2 := constString(b)
	return ok1 && ok2 && x == y
}

package httpmodel

import (
	"go/types"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const urlFactVersion = 1

// A URLFact holds the constant URLs that a function of another package may
// return: the address of a vendor that is used unless it is told otherwise.
type URLFact struct {
	Version int
	URLs    []string // at most maxURLs
}

const maxURLs = 2

// AFact marks the type as a fact.
func (*URLFact) AFact() {}

// String describes the fact for tests and debugging.
func (f *URLFact) String() string { return "url " + strings.Join(f.URLs, " ") }

// exportURLFacts tells importing packages which addresses functions return.
func (m *Model) exportURLFacts() {
	if m.Empty() || m.pass.Pkg.Name() == "main" {
		return
	}
	for _, fn := range m.flow().funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Parent() != nil || !obj.Exported() || obj.Origin() != obj || !returnsText(obj.Signature()) {
			continue
		}
		f := &URLFact{Version: urlFactVersion}
		for _, b := range fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
				f.URLs = append(f.URLs, m.constantURLs(ret.Results[0])...)
			}
		}
		slices.Sort(f.URLs)
		if f.URLs = slices.Compact(f.URLs); len(f.URLs) > 0 && len(f.URLs) <= maxURLs {
			m.pass.ExportObjectFact(obj, f)
		}
	}
}

func returnsText(sig *types.Signature) bool {
	return sig.Results().Len() == 1 && isString(sig.Results().At(0).Type())
}

// constantURLs returns the constant URLs that a text may begin with.
func (m *Model) constantURLs(v ssa.Value) []string {
	var list []string
	for _, o := range m.Sources(v) {
		switch o.Kind {
		case OriginConst:
			if c, ok := constString(o.Value); ok && strings.Contains(c, "://") {
				list = append(list, c)
			}
		case OriginCall:
			if f := m.foreignURLs[CalleeObject(o.Call)]; f != nil {
				list = append(list, f.URLs...)
			}
		}
	}
	return list
}

// ReadsOnly reports whether the vendor says that the request changes nothing,
// whatever its method is.
func (s *Send) ReadsOnly() bool {
	p := s.profile()
	if p == nil {
		return false
	}
	path := s.constantPath()
	for _, op := range p.Reads {
		if op.Method == s.Method() && op.Path == path {
			return true
		}
	}
	return false
}

// constantPath returns the path of the request's URL where it is constant.
func (s *Send) constantPath() string {
	v := s.urlValue()
	if b, ok := v.(*ssa.BinOp); ok {
		v = b.Y // base + path
	}
	text, ok := constString(v)
	if !ok {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Path
}

package httpmodel

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/httpfacts"
)

// A partKind says which part of an inbound request a text was taken from.
type partKind int

const (
	partHeader    partKind = iota
	partPassword           // of Basic authentication
	partParameter          // of the query or a form
)

// An inboundPart is a part of an inbound request: what a client says of itself.
type inboundPart struct {
	kind partKind
	name string // "" where it is not constant
}

// inboundParts returns the parts of inbound requests that a text may be made of.
func (m *Model) inboundParts(v ssa.Value) []inboundPart {
	var list []inboundPart
	for _, o := range m.Sources(v) {
		if p, ok := m.inboundPart(o); ok {
			list = append(list, p)
		}
	}
	return list
}

func (m *Model) inboundPart(o Origin) (inboundPart, bool) {
	switch o.Kind {
	case OriginCall:
		f := m.lib.FuncOf(CalleeObject(o.Call))
		if f == nil || !m.fromInbound(receiver(o.Call.Common()), 0) {
			return inboundPart{}, false
		}
		switch {
		case f.GetHeader != nil && f.GetHeader.Fixed != "" && o.Call.Common().Signature().Results().Len() == 3:
			return inboundPart{kind: partPassword}, o.Index == 1
		case f.GetHeader != nil && f.GetHeader.Fixed != "":
			return inboundPart{partHeader, f.GetHeader.Fixed}, true
		case f.GetHeader != nil:
			return inboundPart{partHeader, m.constantText(argAt(o.Call.Common(), f.GetHeader.Name))}, true
		case f.GetQuery != nil:
			return inboundPart{partParameter, m.constantText(argAt(o.Call.Common(), f.GetQuery.Name))}, true
		}
	case OriginElement: // r.Header["X-Token"]
		if lookup := lookupOf(o); lookup != nil && isHeaderMap(lookup.X.Type()) && m.fromInbound(lookup.X, 0) {
			return inboundPart{partHeader, m.constantText(lookup.Index)}, true
		}
	}
	return inboundPart{}, false
}

// lookupOf returns the map access that an element was taken by: headers have
// a list of values, of which it may be the first.
func lookupOf(o Origin) *ssa.Lookup {
	for _, v := range []ssa.Value{o.Value, o.Base} {
		if x, ok := v.(*ssa.Extract); ok {
			v = x.Tuple
		}
		if l, ok := v.(*ssa.Lookup); ok {
			return l
		}
	}
	return nil
}

// constantText returns the one constant that a text can be, or "".
func (m *Model) constantText(v ssa.Value) string {
	if v == nil {
		return ""
	}
	list := m.Origins(v)
	if len(list) != 1 || list[0].Kind != OriginConst {
		return ""
	}
	text, _ := constString(list[0].Value)
	return text
}

// fromInbound reports whether a value is an inbound request, or a part of one.
func (m *Model) fromInbound(v ssa.Value, depth int) bool {
	if v == nil || depth > 6 {
		return false
	}
	for _, o := range m.Origins(v) {
		switch o.Kind {
		case OriginParam:
			if isInboundType(o.Value.Type()) && !sendsRequests(o.Value.Parent()) {
				return true
			}
		case OriginField:
			if m.fromInbound(o.Base, depth+1) {
				return true
			}
		case OriginCall: // a framework's view of it, its query
			if m.fromInbound(receiver(o.Call.Common()), depth+1) {
				return true
			}
		}
	}
	return false
}

// isInboundType reports whether a parameter's type is that of an inbound
// request, or of its header.
func isInboundType(t types.Type) bool {
	return isNamed(t, "net/http", "Request") || isNamed(t, "net/http", "Header") || httpfacts.IsInbound(t) ||
		slices.Contains(handlerData().Requests, namedKey(t))
}

// sendsRequests reports whether the requests that a function is given are the
// program's own.
func sendsRequests(fn *ssa.Function) bool {
	return fn != nil && (fn.Name() == "RoundTrip" || fn.Name() == "Do")
}

package play

import (
	"go/constant"
	"go/token"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Kind is what is known of a value.
type Kind uint8

const (
	Unknown  Kind = iota
	Nil           // nil
	NonNil        // not nil, otherwise unknown
	Const         // a constant
	Resp          // the answer (a pointer to it)
	RespPart      // the address of a field of the answer
	Body          // its open body
	Reader        // a reader or decoder over its body
	Code          // its status code
	Class         // its status code divided by 100
	Text          // its status line
	Pred          // a boolean that is true for the outcomes in Set
	Ptr           // the address of Loc
	Func          // a function, with the values that a closure captures
	Tuple         // several results
)

// Taint is what a value was made from.
type Taint uint16

const (
	FromStatus Taint = 1 << iota // depends on the status
	FromBody                     // gives access to the open body
	FromData                     // holds content of the body
	FromError                    // depends on the call's error
	FromDecode                   // is or wraps the error of decoding the body
	FromMade                     // an error value that the code made itself
	ErrorField                   // a decoded field whose name tells of failures
	PlainField                   // a decoded field of another name
	FromRead                     // is or wraps the error of reading the body
)

// A Value is what is known of a value on one path.
type Value struct {
	K    Kind
	T    Taint
	C    constant.Value
	Set  Outcomes
	Loc  Loc
	Fn   *ssa.Function
	Bind []Value   // captured variables of Fn, results of a Tuple
	Name string    // field name of RespPart
	At   token.Pos // of an error: where it was made
	Own  bool      // of Reader: closing it closes the body; of Resp: a library's own response without an open body
	// Is names the variable of a package whose error a NonNil is or, with
	// Wraps, has in it. Loc.Root is that variable where it was loaded.
	Is    string
	Wraps bool
	// Kind names the type of an error, with Wraps that of the one in it, or is
	// [Foreign] or [FromNet]. "" is not known.
	Kind string
}

// A Loc is a place in memory: an allocation and the path of fields and
// constant indices below it.
type Loc struct {
	Root ssa.Value
	Path string
}

func (l Loc) sub(elem string) Loc { return Loc{l.Root, l.Path + "." + elem} }

// below reports whether l is at or below other.
func (l Loc) below(other Loc) bool {
	if l.Root != other.Root {
		return false
	}
	return l.Path == other.Path || strings.HasPrefix(l.Path, other.Path+".") || other.Path == ""
}

var unknown = Value{}

func tainted(t Taint) Value { return Value{T: t} }

func boolean(b bool) Value { return Value{K: Const, C: constant.MakeBool(b)} }

// isNil reports whether a value is nil (1), not nil (0) or unknown (-1).
func (v Value) isNil() int {
	switch v.K {
	case Nil:
		return 1
	case NonNil, Resp, RespPart, Body, Reader, Ptr, Func:
		return 0
	}
	return -1
}

// Sides returns the outcomes for which a boolean is true and those for which
// it is false; none where that is not known.
func (v Value) Sides() (yes, no Outcomes) {
	switch {
	case v.K == Pred:
		return v.Set, AnyStatus &^ v.Set
	case v.K == Const && v.C.Kind() == constant.Bool && constant.BoolVal(v.C):
		return Any, 0
	case v.K == Const && v.C.Kind() == constant.Bool:
		return 0, Any
	}
	return 0, 0
}

// carriesBody reports whether whoever holds the value can close the body.
func (v Value) carriesBody() bool {
	if v.T&FromBody != 0 {
		return true
	}
	switch v.K {
	case Resp:
		return !v.Own
	case Body, Reader, RespPart:
		return true
	case Tuple, Func:
		for _, b := range v.Bind {
			if b.carriesBody() {
				return true
			}
		}
	}
	return false
}

// taint returns what the value was made from, by its kind too.
func (v Value) taint() Taint {
	t := v.T
	switch v.K {
	case Resp:
		t |= FromStatus
		if !v.Own {
			t |= FromBody
		}
	case RespPart, Body, Reader:
		t |= FromBody
	case Code, Class, Text, Pred:
		t |= FromStatus
	case Tuple:
		for _, b := range v.Bind {
			t |= b.taint()
		}
	}
	return t
}

// hash mixes the value into h; equal values have equal hashes.
func (v Value) hash(h uint64, ids *ids) uint64 {
	h = mix(h, uint64(v.K)|uint64(v.T)<<8|uint64(v.Set)<<24)
	if v.C != nil {
		h = mixString(h, v.C.ExactString())
	}
	if v.Loc.Root != nil {
		h = mix(h, ids.of(v.Loc.Root))
		h = mixString(h, v.Loc.Path)
	}
	if v.Fn != nil {
		h = mix(h, ids.of(v.Fn))
	}
	for _, b := range v.Bind {
		h = b.hash(mix(h, 7), ids)
	}
	h = mixString(h, v.Name)
	h = mixString(h, v.Is)
	h = mixString(h, v.Kind)
	if v.Wraps {
		h = mix(h, 5)
	}
	if v.Own {
		h = mix(h, 3)
	}
	return h
}

// ids numbers SSA values so that hashes do not depend on addresses.
type ids struct{ m map[ssa.Value]uint64 }

func (i *ids) of(v ssa.Value) uint64 {
	n, ok := i.m[v]
	if !ok {
		n = uint64(len(i.m) + 1)
		i.m[v] = n
	}
	return n
}

func mix(h, x uint64) uint64 {
	h ^= x + 0x9e3779b97f4a7c15 + h<<6 + h>>2
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

func mixString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func index(i int) string { return strconv.Itoa(i) }

package play

import (
	"go/constant"
	"slices"
)

// Flags is what happened on a path.
type Flags uint32

const (
	Closed     Flags = 1 << iota // the body was closed
	Read                         // content of the body was taken
	Drained                      // the body was read to its end
	Discarded                    // the body was read into nothing
	Handed                       // the body or the answer went where the path does not see
	Decoded                      // content was decoded into a value
	StatusOut                    // the status went into a field, a result or code that is not seen
	DataCheck                    // a branch looked at a decoded or read value
	Slept                        // time passed on purpose
	CtxSeen                      // a context's end was consulted
	Logged                       // something of the outcome was logged
	Replaced                     // the answer's body was replaced
	Deferred                     // closing is deferred to the end of a function that still runs
	LoopedBack                   // a loop that encloses the call went round
	HeaderSeen                   // a header of the answer was looked at
	Undrained                    // another request was sent after the body was closed unread
	Failed                       // reading or decoding the body failed
	LengthSeen                   // the length of the answer was looked at
)

// A Res is one result of a Row: a Value without its SSA parts, fit for a fact.
type Res struct {
	K    Kind
	T    Taint
	True bool // of K == Const: the boolean
	Own  bool
	// Is, Wraps and Kind are those of the Value.
	Is    string
	Wraps bool
	Kind  string
}

// A Row says: for these outcomes the call returns these results.
type Row struct {
	Out     Outcomes
	Res     []Res
	Flags   Flags
	Unknown bool // a branch on something not understood led here
	NoRet   bool // the call does not return
}

// A Table is how a function that sends (or that is given an answer) ends for
// each outcome. It is the fact that travels between packages.
type Table struct {
	Rows []Row
	// Retried is the set of outcomes after which the function sends again.
	Retried Outcomes
}

// lasting are the flags that matter to a caller.
const lasting = Failed | Discarded | Closed | Read | Drained | Handed | Decoded | StatusOut | DataCheck | Replaced

// maxRows bounds a table; a function that ends in more ways is not described.
const maxRows = 24

// res reduces a value to what a caller can use.
func (v Value) res() Res {
	switch v.K {
	case Const:
		if v.C.Kind() == constant.Bool {
			return Res{K: Const, True: constant.BoolVal(v.C), T: v.T}
		}
		return Res{T: v.T}
	case Nil, NonNil, Resp, Body, Code, Text, Class, Reader:
		return Res{K: v.K, T: v.T, Own: v.Own, Is: v.Is, Wraps: v.Wraps, Kind: v.Kind}
	case Ptr, Func:
		return Res{K: NonNil, T: v.taint(), Wraps: v.Wraps, Kind: v.Kind}
	}
	return Res{T: v.taint()}
}

// value is the reverse of res.
func (r Res) value() Value {
	if r.K == Const {
		return Value{K: Const, C: constant.MakeBool(r.True), T: r.T}
	}
	return Value{K: r.K, T: r.T, Own: r.Own, Is: r.Is, Wraps: r.Wraps, Kind: r.Kind}
}

// CarriesAnswer reports whether some row hands the open answer or its body to
// the caller, so that the caller decides.
func (t *Table) CarriesAnswer() bool {
	for _, row := range t.Rows {
		for _, r := range row.Res {
			if r.value().carriesBody() {
				return true
			}
		}
	}
	return false
}

// TableOf makes a table from the ends of a play; nil when it is not known or
// too large.
func TableOf(r *Result) *Table {
	if r == nil || r.Overflow {
		return nil
	}
	t := &Table{}
	add := func(row Row) {
		row.Flags &= lasting
		if !row.succeeds() {
			row.Flags &= Closed | Handed | Read | Replaced | Drained | Discarded
		}
		t.join(row)
	}
	for _, e := range r.Ends {
		switch e.Kind {
		case Repeats:
			t.Retried |= e.Out
		case Exits:
			add(Row{Out: e.Out, Flags: e.Flags, Unknown: e.Unknown, NoRet: true})
		case Returns:
			rows := []Row{{Out: e.Out, Flags: e.Flags, Unknown: e.Unknown}}
			for _, v := range e.Results {
				rows = split(rows, v)
			}
			for _, row := range rows {
				if row.Out != 0 {
					add(row)
				}
			}
		}
	}
	if len(t.Rows) > maxRows {
		t.dropNames()
	}
	if len(t.Rows) == 0 || len(t.Rows) > maxRows {
		return nil
	}
	t.settle()
	return t
}

// dropNames forgets which named errors the results are, and of which kind, and
// joins the rows that nothing else tells apart.
func (t *Table) dropNames() {
	rows := t.Rows
	t.Rows = nil
	for _, row := range rows {
		row.Res = slices.Clone(row.Res)
		for i := range row.Res {
			row.Res[i].Is, row.Res[i].Wraps, row.Res[i].Kind = "", false, ""
		}
		t.join(row)
	}
}

// join adds a row, to one that is like it where there is one.
func (t *Table) join(row Row) {
	for i := range t.Rows {
		if sameRow(t.Rows[i], row) {
			t.Rows[i].Out |= row.Out
			return
		}
	}
	t.Rows = append(t.Rows, row)
}

// settle marks what a caller cannot rely on: rows of the same outcome that
// differ because of something that the function was given (an option, a
// field) and that its caller knows.
func (t *Table) settle() {
	for i := range t.Rows {
		r := &t.Rows[i]
		for _, q := range t.Rows {
			if r.Out&q.Out == 0 {
				continue
			}
			if r.open() && q.Flags&Closed != 0 && q.succeeds() {
				r.Flags |= Handed
			}
			if r.Out.Has(Success) && q.distinguishes() && r.Out&q.Out&ErrorStatus != 0 {
				r.Unknown = true
			}
		}
	}
}

// open reports whether the row leaves an open body to the caller.
func (r *Row) open() bool {
	if r.Flags&(Closed|Handed) != 0 {
		return false
	}
	for _, res := range r.Res {
		if res.value().carriesBody() {
			return true
		}
	}
	return false
}

// succeeds reports whether the row may come without an error.
func (r *Row) succeeds() bool {
	return !r.NoRet && (len(r.Res) == 0 || r.Res[len(r.Res)-1].K != NonNil)
}

// distinguishes reports whether the row ends an error status in a way of its own.
func (r *Row) distinguishes() bool {
	if r.Out.Has(Success) || len(r.Res) == 0 {
		return false
	}
	last := r.Res[len(r.Res)-1]
	return last.K == NonNil || last.T&FromStatus != 0
}

// split appends a result to rows; one that depends on the outcome makes two.
func split(rows []Row, v Value) []Row {
	var out []Row
	for _, row := range rows {
		if v.K == Pred {
			for _, side := range []bool{true, false} {
				r := row
				if side {
					r.Out &= v.Set
				} else {
					r.Out &^= v.Set
				}
				r.Res = append(append([]Res(nil), row.Res...), Res{K: Const, True: side, T: v.T})
				out = append(out, r)
			}
			continue
		}
		row.Res = append(append([]Res(nil), row.Res...), v.res())
		out = append(out, row)
	}
	return out
}

func sameRow(a, b Row) bool {
	if a.Flags != b.Flags || a.Unknown != b.Unknown || a.NoRet != b.NoRet || len(a.Res) != len(b.Res) {
		return false
	}
	for i := range a.Res {
		if a.Res[i] != b.Res[i] {
			return false
		}
	}
	return true
}

// Merge joins the tables of the calls in one function that can give it its
// answer. It returns nil for none, and for more rows than a table may have.
func Merge(tables []*Table) *Table {
	if len(tables) == 0 {
		return nil
	}
	out := &Table{}
	for _, t := range tables {
		out.Retried |= t.Retried
		for _, row := range t.Rows {
			out.join(row)
		}
	}
	if len(out.Rows) > maxRows {
		out.dropNames()
	}
	if len(out.Rows) > maxRows {
		return nil
	}
	out.settle()
	return out
}

package httpmodel

import (
	"go/token"
	"go/types"
	"net/url"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/play"
	"github.com/apivet/apivet/internal/provider"
)

// A LackingCursor is an answer of which the vendor says that it is one page,
// decoded into a type that has no place for the next one.
type LackingCursor struct {
	Pos    token.Pos
	Vendor string
	// Next is what the vendor calls it.
	Next string
}

// LackingCursors returns the lists of vendors that are read without their cursor.
func (m *Model) LackingCursors() []LackingCursor {
	if m.Empty() {
		return nil
	}
	var list []LackingCursor
	sent := map[ssa.CallInstruction]bool{}
	for _, p := range m.plays() {
		if p.send == nil {
			continue
		}
		sent[p.send.Call] = true
		profile := m.vendorOf(p)
		if profile == nil || !asksForList(profile.Lists, p.send.Call) {
			continue
		}
		had := map[token.Pos]bool{}
		for _, e := range p.Ends {
			for _, d := range e.Decoded {
				if d.Type != nil && d.Out.Has(play.Success) && !had[d.Pos] && lacksMember(d.Type, profile.Lists.Next) {
					had[d.Pos] = true
					list = append(list, LackingCursor{d.Pos, profile.Name, profile.Lists.Next})
				}
			}
		}
	}
	profile := m.vendorOf(played{})
	if profile == nil || profile.Lists == nil {
		return list
	}
	// The package's own function gets the path and the place for the answer.
	for _, fn := range m.flow().funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || sent[call] || !asksForList(profile.Lists, call) {
					continue
				}
				if callee := staticCallee(&call.Call); callee == nil || len(callee.Blocks) == 0 {
					continue
				}
				for _, a := range call.Call.Args {
					into, ok := a.(*ssa.MakeInterface)
					if ok && lacksMember(into.X.Type(), profile.Lists.Next) {
						list = append(list, LackingCursor{call.Pos(), profile.Name, profile.Lists.Next})
					}
				}
			}
		}
	}
	return list
}

// asksForList reports whether a text that a call is given ends in the path of a
// list, and neither chooses the page nor asks for one item.
func asksForList(lists *provider.Lists, call ssa.CallInstruction) bool {
	if lists == nil {
		return false
	}
	for _, a := range call.Common().Args {
		if add, ok := a.(*ssa.BinOp); ok && add.Op == token.ADD {
			a = add.Y
		}
		text, ok := constString(a)
		if !ok {
			continue
		}
		u, err := url.Parse(text)
		if err != nil || !lists.Has(u.Path) {
			continue
		}
		for name, values := range u.Query() {
			if namesPlace(name) || namesSize(name) && len(values) == 1 && values[0] == "1" {
				return false
			}
		}
		return true
	}
	return false
}

// lacksMember reports whether a struct that holds a list has no place for a
// member of a JSON document.
func lacksMember(t types.Type, member string) bool {
	st := structOf(t)
	if st == nil || !listsItems(t) {
		return false
	}
	first, _, _ := strings.Cut(member, ".")
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Embedded() || strings.EqualFold(jsonName(st.Tag(i), f.Name()), first) {
			return false
		}
	}
	return true
}

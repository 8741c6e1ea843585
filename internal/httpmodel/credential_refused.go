package httpmodel

import (
	"go/constant"
	"go/token"
	"go/types"
	"net/http"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/lazyssa"
	"github.com/apivet/apivet/internal/play"
)

// A MissedRenewal is a request that is repeated with a new token when it is
// answered 401, and is not when it is answered as its vendor answers a token
// that has expired.
type MissedRenewal struct {
	Pos    token.Pos // looks for 401, or sends
	Send   token.Pos
	Vendor string
	Status int // of the vendor's answer to an expired token
}

// MissedRenewals returns the package's repetitions that renew a token after
// the wrong answer.
func (m *Model) MissedRenewals() []MissedRenewal {
	if m.Empty() {
		return nil
	}
	vendor := m.Vendor()
	if vendor == nil || vendor.Expired == nil || vendor.Expired.Status == http.StatusUnauthorized {
		return nil
	}
	var list []MissedRenewal
	for _, s := range m.Sends() {
		if s.Wrapper || !m.keepsToken(s.Owner()) || !s.renewsOnlyAfter401(play.Status(vendor.Expired.Status)) {
			continue
		}
		at := looksFor401(s.Fn)
		if !at.IsValid() {
			at = s.Pos()
		}
		list = append(list, MissedRenewal{Pos: at, Send: s.Pos(), Vendor: vendor.Name, Status: vendor.Expired.Status})
	}
	return list
}

// keepsToken reports whether a struct holds a token that expires and whose end
// nobody looks at.
func (m *Model) keepsToken(t types.Type) bool {
	if t == nil {
		return false
	}
	owner, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	holds := func(k *KeptToken) bool {
		for f := range owner.Fields() {
			if k.Field != nil && f.Origin() == k.Field.Origin() {
				return true
			}
		}
		return false
	}
	for _, c := range m.Credentials() {
		if m.Expires(c) && (c.Answer == nil || m.ExpiryUsed(c.Answer) == No) && slices.ContainsFunc(c.Kept, holds) {
			return true
		}
	}
	return false
}

// renewsOnlyAfter401 reports whether the request is sent again after 401 and
// never after expired, nor after success. It errs on the side of false.
func (s *Send) renewsOnlyAfter401(expired play.Outcomes) bool {
	r := s.Play()
	if r.Overflow || !r.Reached {
		return false
	}
	renews := false
	for _, e := range r.Ends {
		repeats := e.Kind == play.Repeats
		switch {
		case e.Out.Has(expired) && (e.Unknown || repeats && !e.Elsewhere):
			return false
		case repeats && e.Out.Has(play.Success):
			return false
		case repeats && e.Out.Has(play.Status(http.StatusUnauthorized)):
			renews = true
		}
	}
	return renews
}

// looksFor401 returns the place of the only comparison with 401 in a function.
func looksFor401(fn *ssa.Function) token.Pos {
	at, found := token.NoPos, 0
	for cmp := range lazyssa.Each[*ssa.BinOp](fn) {
		if cmp.Op != token.EQL && cmp.Op != token.NEQ {
			continue
		}
		for _, v := range []ssa.Value{cmp.X, cmp.Y} {
			if c, ok := v.(*ssa.Const); ok && c.Value != nil && constant.Compare(c.Value, token.EQL, constant.MakeInt64(http.StatusUnauthorized)) {
				at, found = cmp.Pos(), found+1
			}
		}
	}
	if found != 1 {
		return token.NoPos
	}
	return at
}

package httpmodel

import (
	"go/ast"
	"go/constant"
	"net/url"
	"strings"
	"sync"

	"github.com/apivet/apivet/internal/provider"
)

type vendorMemo struct {
	once    sync.Once
	profile *provider.Profile
}

// Vendor returns the profile of the one vendor that the package's constants
// speak of, by a host or by a header that only this vendor's API has; nil
// where there is none, or more than one.
func (m *Model) Vendor() *provider.Profile {
	memo := &m.flowMemo.vendor
	memo.once.Do(func() {
		found := map[*provider.Profile]bool{}
		for _, file := range m.pass.Files {
			ast.Inspect(file, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				tv := m.pass.TypesInfo.Types[e]
				if tv.Value == nil || tv.Value.Kind() != constant.String {
					return true
				}
				if p := vendorOf(constant.StringVal(tv.Value)); p != nil {
					found[p] = true
				}
				return false
			})
		}
		if len(found) != 1 {
			return
		}
		for p := range found {
			memo.profile = p
		}
	})
	return memo.profile
}

// vendorOf returns the profile that a URL's host or a header's name belongs to.
func vendorOf(text string) *provider.Profile {
	if !strings.Contains(text, "://") {
		return provider.OfHeader(text)
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	return provider.OfHost(u.Hostname())
}

package httpmodel

import (
	"go/ast"
	"go/token"
	"maps"
	"net/url"
	"slices"

	"github.com/apivet/apivet/internal/directive"
	"github.com/apivet/apivet/internal/httpfacts"
	"github.com/apivet/apivet/internal/provider"
)

// Vendor returns the name of the vendor that gets the request, or "".
func (s *Send) Vendor() string {
	if p := s.profile(); p != nil {
		return p.Name
	}
	return ""
}

// profile returns what is known of the vendor that gets the request, or nil. A
// directive says which it is, the constant host, or the configuration.
func (s *Send) profile() *provider.Profile {
	known := s.model.config.Providers
	if p := known.Named(s.directive()); p != nil {
		return p
	}
	if p := s.vendorOfHost(); p != nil {
		return p
	}
	return known.Named(s.model.config.Provider)
}

func (s *Send) vendorOfHost() *provider.Profile {
	text, ok := s.ConstantURL()
	if !ok {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	return s.model.config.Providers.OfHost(u.Hostname())
}

// directive returns what //apivet:provider says of the request, or "": that of
// the function around it, then that of the receiver's type, then the file's.
func (s *Send) directive() string {
	fn := outermost(s.Fn)
	pos := fn.Pos()
	file := s.model.fileOf(pos)
	if file == nil {
		return ""
	}
	if name := directive.OfDecl(file, directive.Provider, pos); name != "" {
		return name
	}
	if owner := s.Owner(); owner != nil && namedOf(owner) != nil {
		at := namedOf(owner).Pos()
		if f := s.model.fileOf(at); f != nil {
			if name := directive.OfDecl(f, directive.Provider, at); name != "" {
				return name
			}
		}
	}
	return directive.OfFile(file, directive.Provider)
}

// fileOf returns the file of the package that pos is in, or nil.
func (m *Model) fileOf(pos token.Pos) *ast.File {
	for _, f := range m.pass.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			return f
		}
	}
	return nil
}

// Providers returns the names by which a request can be bound to a vendor.
func (m *Model) Providers() []string { return m.config.Providers.Names() }

// Webhooks returns the names of the vendors whose webhooks a handler can be
// said to receive.
func (m *Model) Webhooks() []string {
	return slices.Concat(m.Providers(), httpfacts.WebhookVendors(), slices.Sorted(maps.Keys(handlerData().Deadlines)))
}

package provider

import (
	"errors"
	"slices"
	"strings"
)

// Nulls are the members of the vendor's answers that may be null.
type Nulls struct {
	// Members may be null wherever they occur.
	Members []string `yaml:"members"`
	// Any says that every member may be, but those in Not.
	Any      bool     `yaml:"any"`
	Not      []string `yaml:"not"`
	Evidence `yaml:",inline"`
}

// Has reports whether a member of that name may be null.
func (n *Nulls) Has(name string) bool {
	if n == nil {
		return false
	}
	return hasName(n.Members, name) || n.Any && !hasName(n.Not, name)
}

// Numbers are members that do not fit the type which comes to mind first.
type Numbers struct {
	Members []string `yaml:"members"`
	// Form says what they are: "unsigned 32-bit integer", "decimal string".
	Form     string `yaml:"form"`
	Evidence `yaml:",inline"`
}

// Has reports whether a member of that name is one of them.
func (n *Numbers) Has(name string) bool { return n != nil && hasName(n.Members, name) }

func hasName(names []string, name string) bool {
	return slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, name) })
}

// checkMembers says which of the facts about members is incomplete.
func (p *Profile) checkMembers() error {
	if n := p.Nulls; n != nil && (!n.Any && len(n.Members) == 0 || !n.complete()) {
		return errors.New("the members that may be null have no names, source or date")
	}
	for _, n := range []*Numbers{p.Wide, p.Money} {
		if n != nil && (len(n.Members) == 0 || n.Form == "" || !n.complete()) {
			return errors.New("the numbers have no members, form, source or date")
		}
	}
	return nil
}

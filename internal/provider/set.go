package provider

import (
	"maps"
	"slices"
	"strings"
)

// A Set is the vendors that a run knows: profiles of the user's own, and the
// built-in ones behind them. The nil Set is the built-in ones alone.
type Set struct {
	named  map[string]*Profile
	byHost map[string]*Profile
}

// NewSet returns a set with the user's profiles, by name; nil where there are none.
func NewSet(own map[string]*Profile) *Set {
	if len(own) == 0 {
		return nil
	}
	s := &Set{named: own, byHost: make(map[string]*Profile)}
	for _, p := range own {
		for _, h := range p.Hosts {
			s.byHost[h.Host] = p
		}
	}
	return s
}

// OfHost returns the profile of the vendor that a host belongs to, or nil.
func (s *Set) OfHost(host string) *Profile {
	if s != nil && s.byHost[host] != nil {
		return s.byHost[host]
	}
	return OfHost(host)
}

// Named returns the profile of that name, or nil. Case does not matter, and the
// name may be the one that the vendor writes: fly.io is flyio.
func (s *Set) Named(name string) *Profile {
	if s != nil {
		if p := named(s.named, name); p != nil {
			return p
		}
	}
	return named(byName(), name)
}

func named(profiles map[string]*Profile, name string) *Profile {
	name = strings.ToLower(name)
	if p := profiles[name]; p != nil {
		return p
	}
	for _, p := range profiles {
		if strings.ToLower(p.Name) == name {
			return p
		}
	}
	return nil
}

// Names returns the names by which directives and configurations refer to the
// profiles.
func (s *Set) Names() []string {
	names := slices.Collect(maps.Keys(byName()))
	if s != nil {
		names = slices.AppendSeq(names, maps.Keys(s.named))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

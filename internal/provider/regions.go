package provider

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// A Region is the region of a cloud that an API runs in.
type Region struct {
	Name     string `yaml:"name"` // as the cloud writes it
	Evidence `yaml:",inline"`
}

// Regions are the regions of a cloud.
type Regions struct {
	// Areas are regular expressions of the regions' names, by the part of the
	// world that they are in.
	Areas    map[string]string `yaml:"areas"`
	Evidence `yaml:",inline"`
}

// A Place is where a region of a cloud is.
type Place struct {
	Region string // without the letter of a zone
	Cloud  string
	Area   string
}

// checkRegions says which of the clouds' regions make no sense.
func (p *Profile) checkRegions() error {
	if p.Regions == nil {
		return nil
	}
	for area, expr := range p.Regions.Areas {
		if _, err := regexp.Compile(expr); err != nil || area == "" || expr == "" {
			return fmt.Errorf("regions of %q: no area or no regular expression: %w", area, cmp.Or(err, errors.New("empty")))
		}
	}
	return nil
}

// checkAdvice says which piece of a vendor's advice is incomplete.
func (p *Profile) checkAdvice() error {
	if s := p.Selects; s != nil && (s.Parameter == "" || !s.complete()) {
		return errors.New("the selection of members has no parameter, source or date")
	}
	if t := p.Timing; t != nil && (t.Header == "" || !t.complete()) {
		return errors.New("the header that tells the time has no name, source or date")
	}
	if r := p.Region; r != nil && (r.Name == "" || !r.complete()) {
		return errors.New("the region has no name, source or date")
	}
	if r := p.Regions; r != nil && (len(r.Areas) == 0 || !r.complete()) {
		return errors.New("the regions have no areas, source or date")
	}
	return nil
}

// An area is a pattern of the names of a cloud's regions.
type area struct {
	cloud, area string
	names       *regexp.Regexp
}

var areas = sync.OnceValue(func() []area {
	var list []area
	profiles, err := Profiles()
	if err != nil {
		return nil // a test keeps the data sound
	}
	for _, p := range profiles {
		if p.Regions == nil {
			continue
		}
		for name, expr := range p.Regions.Areas {
			list = append(list, area{p.Name, name, regexp.MustCompile(`^(` + expr + `)(?:-?[a-f])?$`)})
		}
	}
	slices.SortFunc(list, func(a, b area) int { return cmp.Or(cmp.Compare(a.cloud, b.cloud), cmp.Compare(a.area, b.area)) })
	return list
})

// PlaceOf returns where a region is, or a zone of it, by its name.
func PlaceOf(text string) (Place, bool) {
	if len(text) < 5 || len(text) > 32 {
		return Place{}, false
	}
	for _, a := range areas() {
		if m := a.names.FindStringSubmatch(text); m != nil {
			return Place{Region: m[1], Cloud: a.cloud, Area: a.area}, true
		}
	}
	return Place{}, false
}

package provider

import (
	"errors"
	"net/url"
	"strings"
)

// An ErrorSchema is a shape of the vendor's error answers. Places are JSON
// names joined by dots.
type ErrorSchema struct {
	// List is the place of the list of details, "" where there is none.
	List string `yaml:"list"`
	// Item are the members of an entry.
	Item []string `yaml:"item"`
	// Beside are the other places that such an answer has.
	Beside []string `yaml:"beside"`
	// ID is the place of what the vendor's support asks for.
	ID       string `yaml:"id"`
	Evidence `yaml:",inline"`
}

func (s *ErrorSchema) check() error {
	if len(s.Beside) == 0 || s.List == "" && s.ID == "" || s.List != "" && len(s.Item) == 0 {
		return errors.New("error schema needs members beside, and a list with its item or an id")
	}
	return nil
}

// Named returns the vendor that a constant of a program names: the address of
// its API, or one of its own headers. Other reports an address of somebody
// else; addresses of one's own machine and of documentation are nobody's.
func Named(text string) (p *Profile, other bool) {
	if !strings.Contains(text, "://") {
		return OfHeader(text), false
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.Contains(u.Hostname(), ".") {
		return nil, false
	}
	host := strings.ToLower(u.Hostname())
	if p := OfHost(host); p != nil {
		return p, false
	}
	if p := lookup().domains[domainOf(host)]; p != nil {
		return nil, false // a page of the vendor
	}
	return nil, strings.Trim(host, "0123456789.") != ""
}

// domainOf returns the last two labels of a host name.
func domainOf(host string) string {
	labels := strings.Split(host, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// OfPackage returns the profile of the vendor whose own client a Go package
// belongs to, or nil.
func OfPackage(path string) *Profile {
	for prefix, p := range lookup().packages {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return p
		}
	}
	return nil
}

package provider

import (
	"net/http"
	"slices"
	"strings"
)

// A Selection says how a request asks for some members of an answer only.
type Selection struct {
	// Parameter is the one of the URL's query that names the members.
	Parameter string `yaml:"parameter"`
	// Only says that an answer lacks what the parameter does not name; where it
	// is false, a request without the parameter gets everything.
	Only bool `yaml:"only"`
	// Whole is the value that stands for every member but those within others.
	Whole string `yaml:"whole"`
	// In is the member of an answer that holds what is selected; "" for the
	// answer itself.
	In string `yaml:"in"`
	// Always are members that are taken to be there unasked.
	Always []string `yaml:"always"`
	// On are the operations that have the parameter beside the reading ones,
	// "POST /token"; Not are the paths of reading ones that lack it, which end
	// in /* where they stand for what is below them, too.
	On       []string `yaml:"on"`
	Not      []string `yaml:"not"`
	Evidence `yaml:",inline"`
}

// Has reports whether an operation has the parameter. It says no where the
// method or path is not known well enough.
func (s *Selection) Has(method, path string) bool {
	if s == nil || method == "" {
		return false
	}
	if method != http.MethodGet {
		return slices.ContainsFunc(s.On, func(op string) bool {
			m, p, _ := strings.Cut(op, " ")
			return m == method && under(path, p)
		})
	}
	if len(s.Not) == 0 {
		return true
	}
	if path == "" || strings.HasPrefix(path, "/{}") {
		return false
	}
	return !slices.ContainsFunc(s.Not, func(p string) bool { return under(path, p) })
}

// A Timing is the header of an answer that tells how long the vendor took.
type Timing struct {
	Header   string `yaml:"header"`
	Evidence `yaml:",inline"`
}

package provider

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Required is a request header without which the vendor refuses a request.
type Required struct {
	Header string `yaml:"header"`
	// Form is a regular expression of the whole value.
	Form string `yaml:"form"`
	// On are the operations that want it, "POST /token" or "/users/*"; none
	// means all but those in Not. Both mean the end of a path, or its beginning
	// where they end in /*.
	On  []string `yaml:"on"`
	Not []string `yaml:"not"`
	// Given says that net/http sends one unless it is told otherwise.
	Given    bool `yaml:"given"`
	Evidence `yaml:",inline"`
}

func (r *Required) check() error {
	if r.Header == "" {
		return errors.New("a required header has no name")
	}
	if _, err := regexp.Compile(r.Form); err != nil {
		return fmt.Errorf("required header %q: %w", r.Header, err)
	}
	if len(r.On) > 0 && len(r.Not) > 0 {
		return fmt.Errorf("required header %q has both on and not", r.Header)
	}
	return nil
}

// Wanted reports whether an operation wants the header. An unknown method or
// path is "", an unknown part of a path "{}".
func (r *Required) Wanted(method, path string) bool {
	if len(r.On) > 0 {
		for _, op := range r.On {
			m, p, ok := strings.Cut(op, " ")
			if !ok {
				m, p = "", op
			}
			if (m == "" || m == method) && under(path, p) {
				return true
			}
		}
		return false
	}
	if path == "" || strings.HasPrefix(path, "/{}") {
		return len(r.Not) == 0
	}
	for _, p := range r.Not {
		if under(path, p) {
			return false
		}
	}
	return true
}

// IsRequired reports whether a header is one that some operation wants.
func (p *Profile) IsRequired(header string) bool {
	return slices.ContainsFunc(p.Requires, func(r Required) bool { return strings.EqualFold(r.Header, header) })
}

// under reports whether a path, which may have the API's own beginning, ends
// in what a pattern says.
func under(path, pattern string) bool {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	p, open := strings.CutSuffix(pattern, "/*")
	want := strings.Split(strings.Trim(p, "/"), "/")
	for i := range segments {
		rest := segments[i:]
		if len(rest) < len(want) || !open && len(rest) > len(want) {
			continue
		}
		same := true
		for j, w := range want {
			same = same && (w == rest[j] || w == "*")
		}
		if same {
			return true
		}
	}
	return false
}

var forms sync.Map // of *regexp.Regexp, by expression

// Fits reports whether a value has the form that the vendor wants.
func (r *Required) Fits(value string) bool {
	if r.Form == "" {
		return value != ""
	}
	re, ok := forms.Load(r.Form)
	if !ok {
		re, _ = forms.LoadOrStore(r.Form, regexp.MustCompile(`^(?:`+r.Form+`)$`))
	}
	return re.(*regexp.Regexp).MatchString(value)
}

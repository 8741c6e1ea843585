package provider

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Kind is what a text was recognised as.
type Kind struct {
	Vendor string
	Name   string
	Use    Use
	Value  string // the part of the text that is the credential; never print it
	// Prefix is the start of what all values of the kind start with, four
	// characters at most; "" if they have nothing in common.
	Prefix string
}

// A shape is a Credential ready for use.
type shape struct {
	kind     Kind
	keywords []string
	pattern  func() *regexp.Regexp // group 1 is the value; compiled when first tried
	decoded  *regexp.Regexp
	claims   map[string]string
	beside   *regexp.Regexp
	entropy  float64
}

type shapeTable struct {
	shapes []*shape
	words  *words
	err    error
}

func compile() *shapeTable {
	t := &shapeTable{}
	profiles, err := Profiles()
	if err != nil {
		t.err = err
		return t
	}
	for _, name := range slices.Sorted(maps.Keys(profiles)) {
		p := profiles[name]
		for _, c := range p.Credentials {
			s := &shape{
				kind:     Kind{Vendor: p.Name, Name: c.Name, Use: c.Use},
				keywords: c.Keywords,
				claims:   c.Claims,
				entropy:  c.Entropy,
				// A longer word round the value is another word.
				pattern: sync.OnceValue(func() *regexp.Regexp {
					return regexp.MustCompile(`(?:^|[^A-Za-z0-9_-])(` + c.Pattern + `)(?:$|[^A-Za-z0-9_])`)
				}),
			}
			if c.Decoded != "" {
				s.decoded = regexp.MustCompile(c.Decoded)
			}
			if c.Beside != "" {
				s.beside = regexp.MustCompile(c.Beside)
			}
			t.shapes = append(t.shapes, s)
		}
	}
	t.words, t.err = loadWords()
	return t
}

// Recognise returns the credentials that a text contains, whatever their use.
// beside reports whether another constant near the text matches a pattern; it
// may be nil. Placeholders are no secrets.
func Recognise(text string, beside func(*regexp.Regexp) bool) []Kind {
	if len(text) < 12 {
		return nil
	}
	var kinds []Kind
	for _, s := range shapes().shapes {
		if len(s.keywords) > 0 && !slices.ContainsFunc(s.keywords, func(k string) bool { return strings.Contains(text, k) }) {
			continue
		}
		if s.beside != nil && (beside == nil || !beside(s.beside)) {
			continue
		}
		for _, m := range s.pattern().FindAllStringSubmatch(text, 8) {
			if s.holds(m[1]) && (s.kind.Use != Secret || !IsPlaceholder(m[1])) {
				k := s.kind
				k.Value, k.Prefix = m[1], s.prefix(m[1])
				kinds = append(kinds, k)
				break
			}
		}
	}
	return kinds
}

// prefix returns the start of the keyword that a value starts with.
func (s *shape) prefix(value string) string {
	for _, k := range s.keywords {
		if strings.HasPrefix(value, k) {
			return k[:min(4, len(k))]
		}
	}
	return ""
}

// holds reports whether a value that has the pattern is of the kind indeed.
func (s *shape) holds(value string) bool {
	if entropy(value) < s.entropy {
		return false
	}
	if s.decoded != nil {
		plain, err := base64.StdEncoding.DecodeString(value)
		if err != nil || !s.decoded.Match(plain) {
			return false
		}
	}
	if len(s.claims) == 0 {
		return true
	}
	claims := Claims(value)
	for name, want := range s.claims {
		if got, ok := claims[name].(string); !ok || got != want {
			return false
		}
	}
	return true
}

// Claims returns what a JSON web token says, or nil. It verifies nothing.
func Claims(token string) map[string]any {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil
	}
	var claims map[string]any
	if json.Unmarshal(plain, &claims) != nil {
		return nil
	}
	return claims
}

// SecretIn returns the secret that a text contains by its shape.
func SecretIn(text string, beside func(*regexp.Regexp) bool) (Kind, bool) {
	for _, k := range Recognise(text, beside) {
		if k.Use == Secret {
			return k, true
		}
	}
	return Kind{}, false
}

// IsPublic reports whether a text has the shape of a credential that is no
// secret: publishable, for tests only, or a mere identifier. Some values say so
// in words.
func IsPublic(text string) bool {
	public := false
	for _, k := range Recognise(text, nil) {
		if k.Use == Secret {
			return false
		}
		public = true
	}
	return public || match(text, func(w *words) *regexp.Regexp { return w.publicValues })
}

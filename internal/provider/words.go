package provider

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// words are regular expressions of names and values; each must match whole,
// without regard to case.
type words struct {
	headers, parameters, body, names, browser, public, publicValues, placeholders, globals, texts, reasons *regexp.Regexp
}

// loadWords reads words.yaml.
func loadWords() (*words, error) {
	var raw struct {
		Headers      []string `yaml:"headers"`
		Parameters   []string `yaml:"parameters"`
		Body         []string `yaml:"body"`
		Names        []string `yaml:"names"`
		Browser      []string `yaml:"browser"`
		Public       []string `yaml:"public"`
		PublicValues []string `yaml:"public-values"`
		Placeholders []string `yaml:"placeholders"`
		Globals      []string `yaml:"server-globals"`
		Texts        []string `yaml:"text-functions"`
		Reasons      []string `yaml:"reasons"`
	}
	data, err := files.ReadFile(wordsFile)
	if err != nil {
		return nil, err
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&raw); err != nil {
		return nil, fmt.Errorf("%s: %w", wordsFile, err)
	}
	w := &words{}
	for _, e := range []struct {
		to    **regexp.Regexp
		exprs []string
	}{
		{&w.headers, raw.Headers}, {&w.parameters, raw.Parameters}, {&w.body, raw.Body},
		{&w.names, raw.Names}, {&w.browser, raw.Browser}, {&w.public, raw.Public}, {&w.publicValues, raw.PublicValues}, {&w.placeholders, raw.Placeholders}, {&w.globals, raw.Globals}, {&w.texts, raw.Texts}, {&w.reasons, raw.Reasons},
	} {
		if *e.to, err = regexp.Compile(`(?is)^(?:` + strings.Join(e.exprs, "|") + `)$`); err != nil {
			return nil, fmt.Errorf("%s: %w", wordsFile, err)
		}
	}
	return w, nil
}

// IsCredentialHeader reports whether a header of that name carries a credential.
func IsCredentialHeader(name string) bool {
	return match(name, func(w *words) *regexp.Regexp { return w.headers })
}

// IsCredentialParameter reports whether a query parameter of that name carries
// a credential.
func IsCredentialParameter(name string) bool {
	return match(name, func(w *words) *regexp.Regexp { return w.parameters })
}

// IsCredentialField reports whether a member of that name of a request's body
// carries a credential.
func IsCredentialField(name string) bool {
	return match(name, func(w *words) *regexp.Regexp { return w.body })
}

// IsSecretName reports whether something of that name is meant to be secret.
func IsSecretName(name string) bool {
	return match(name, func(w *words) *regexp.Regexp { return w.names }) && !IsPublicName(name)
}

// IsPublicName reports whether the name says that the value is no secret.
func IsPublicName(name string) bool {
	return IsBrowserName(name) || match(name, func(w *words) *regexp.Regexp { return w.public })
}

// IsBrowserName reports whether the name says that the value is made for code
// that everyone can read.
func IsBrowserName(name string) bool {
	return match(name, func(w *words) *regexp.Regexp { return w.browser })
}

// IsServerGlobal reports whether a property of JavaScript's global object
// exists on servers only.
func IsServerGlobal(name string) bool {
	return match(name, func(w *words) *regexp.Regexp { return w.globals })
}

// IsTextFunction reports whether a JavaScript function returns its argument,
// encoded.
func IsTextFunction(name string) bool {
	return match(name, func(w *words) *regexp.Regexp { return w.texts })
}

// IsReason reports whether a comment says that a value stands in the open on
// purpose.
func IsReason(comment string) bool {
	return match(comment, func(w *words) *regexp.Regexp { return w.reasons })
}

// IsPlaceholder reports whether a value stands for one that somebody is to
// fill in.
func IsPlaceholder(value string) bool {
	if match(value, func(w *words) *regexp.Regexp { return w.placeholders }) {
		return true
	}
	// A long run of one character, or of characters in their order, as in the
	// alphabet that random values are made of, is no random value.
	run, ascending := 1, 1
	for i := 1; i < len(value); i++ {
		if value[i] == value[i-1]+1 {
			ascending++
		} else {
			ascending = 1
		}
		if ascending >= 12 {
			return true
		}
		if value[i] != value[i-1] {
			run = 1
			continue
		}
		if run++; run >= 8 && value[i] != '-' {
			return true
		}
	}
	return value == "" || run == len(value) || strings.Contains(strings.ToLower(value), "0123456789abc")
}

func match(s string, of func(*words) *regexp.Regexp) bool {
	w := shapes().words
	return w != nil && of(w).MatchString(s)
}

var (
	plausible = regexp.MustCompile(`^[!-~]{6,}$`)
	noValue   = regexp.MustCompile(`^(?:[a-z][a-z0-9+.-]*://.*|\.{0,2}/.*|%[+#]?[a-z].*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+/[a-z0-9.+-]+(?:;.*)?|[A-Za-z-]+:)$`)
	random    = regexp.MustCompile(`^[A-Za-z0-9+/=_.~!@#$^&*-]{16,512}$`)
	digit     = regexp.MustCompile(`[0-9]`)
	letter    = regexp.MustCompile(`[A-Za-z]`)
)

// IsPlausible reports whether a value can be a credential, human-readable ones
// included: it is for values that are known to be used as one.
func IsPlausible(value string) bool {
	return plausible.MatchString(value) && !noValue.MatchString(value) && !IsPlaceholder(value)
}

// IsRandom reports whether a value looks drawn by a machine.
func IsRandom(value string) bool {
	return random.MatchString(value) && IsPlausible(value) &&
		digit.MatchString(value) && letter.MatchString(value) && entropy(value) >= 3
}

// entropy is Shannon's, in bits a character.
func entropy(s string) float64 {
	var count [256]float64
	for i := range len(s) {
		count[s[i]]++
	}
	var sum float64
	for _, n := range count {
		if n > 0 {
			p := n / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

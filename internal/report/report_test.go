package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apivet/apivet/internal/check"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const sourceText = `package p

func f(u string) {
	ä := "🙂"; get(u, "sk_live_4eC39HqLyjWDarjtT1")
}
`

// sample is a result with everything that a result can have, in a new folder.
func sample(t *testing.T) (*Result, Options) {
	t.Helper()
	root := t.TempDir()
	file := filepath.Join(root, "api", "50% done,v:1.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(sourceText), 0o666); err != nil {
		t.Fatal(err)
	}
	at := func(line, column int) token.Position {
		return token.Position{Filename: file, Line: line, Column: column}
	}
	call, end := at(4, 16), at(4, 50)
	specs := []*check.Spec{
		{
			Name: "leak", Title: "report leaks", Why: "They cost.", Severity: check.Error, Confidence: check.High,
			Bad: "package p", Good: "package p", Limits: "None.", Fix: "Close it.", Since: "v0.1.0",
			Sources:    []check.Source{{Vendor: "Demo", Text: "Do not.", URL: "https://example.com/doc"}},
			References: []string{"https://example.com/ref"},
		},
		{Name: "published", Title: "report published keys", Severity: check.Error, Confidence: check.Medium, Secret: true, Path: true},
		{Name: "advice", Title: "report advice", Severity: check.Note, Confidence: check.High},
	}
	fix := func(text string) Fix {
		return Fix{Message: "replace it", Safety: check.Safe, Edits: []Edit{{Pos: call, End: end, NewText: text}, {Pos: at(5, 1), End: at(5, 1), NewText: "\t// done\n"}}}
	}
	r := &Result{
		Findings: []Finding{
			{
				Check: "leak", Severity: check.Error, Pos: call, End: end, Message: "100% of it leaks, [twice]\r\x1b[31m", URL: specs[0].URL(),
				Package: "example.com/p", Function: "f",
				Related: []Related{{at(3, 1), "opened [here]"}},
				Fixes:   []Fix{fix("get2(u)"), fix(`get2("sk_live_4eC39HqLyjWDarjtT1")`)},
			},
			{
				Check: "published", Severity: check.Error, Pos: call, End: at(5, 2), Message: "visitors can read a key", URL: specs[1].URL(),
				Package: "example.com/p", Function: "f",
				Related: []Related{{at(3, 6), "main refers to f"}, {call, "f refers to the key"}},
				Fixes:   []Fix{fix(`get2("hunter2")`)},
			},
			{Check: "advice", Severity: check.Note, Pos: call, Message: "better do not", Package: "example.com/p", Function: "f"},
			{Check: "advice", Severity: check.Note, Pos: at(5, 1), Message: "better do not", Package: "example.com/p", Function: "f"},
			{
				Check: "leak", Severity: check.Warning, Pos: token.Position{Filename: filepath.Join(filepath.Dir(root), "gone", "x.go"), Line: 3, Column: 2},
				Message: "it may leak", Package: "example.com/gone",
			},
		},
		Problems: []Problem{
			{Package: "example.com/q", Pos: at(1, 1), Text: "undefined: x", Platform: "GOOS=js GOARCH=wasm"},
			{Package: "example.com/q", Text: "import cycle\nnot allowed"},
			{Package: "example.com/q", Pos: at(2, 1), Text: "goes without saying", Implied: true},
			{Package: "example.com/q", Pos: at(4, 1), Text: `cannot use "sk_live_4eC39HqLyjWDarjtT1" as int value; "example.com/very/long2/path" is fine`},
			{Text: "./nothere: it matches no package"},
		},
		Packages: []string{"example.com/p"},
	}
	return r, Options{Dir: filepath.Join(root, "api"), Root: root, Specs: specs, Version: "v0.1.0"}
}

func render(t *testing.T, format string, r *Result, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Each format, whole. go test ./internal/report -update writes the files anew.
func TestGolden(t *testing.T) {
	r, o := sample(t)
	// The folder has another name in each run, and lies above what is relative.
	outside := filepath.ToSlash(filepath.Dir(o.Root))
	for _, format := range Formats() {
		got := render(t, format, r, o)
		if format == "text" {
			var b bytes.Buffer
			if err := WriteProblems(&b, r, o); err != nil {
				t.Fatal(err)
			}
			got = append(got, b.Bytes()...)
		}
		got = bytes.ReplaceAll(got, []byte(outside), []byte("/outside"))
		name := filepath.Join("testdata", format+".golden")
		if *update {
			if err := os.WriteFile(name, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", format, got, want)
		}
	}
}

func TestSARIFSchema(t *testing.T) {
	t.Parallel()
	// testdata has OASIS's schema as published.
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	full, o := sample(t)
	for name, r := range map[string]*Result{"full": full, "empty": {}} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(render(t, "sarif", r, o)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

// No format shows what may be a secret, in the source or in a fix.
func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	r, o := sample(t)
	for _, format := range Formats() {
		for _, color := range []bool{false, true} {
			o.Color = color
			var b strings.Builder
			if err := WriteProblems(&b, r, o); err != nil {
				t.Fatal(err)
			}
			got := string(render(t, format, r, o)) + b.String()
			for _, secret := range []string{"4eC39HqLyjWDarjtT1", "hunter2"} {
				if strings.Contains(got, secret) {
					t.Errorf("%s shows %s", format, secret)
				}
			}
			if (format == "json" || format == "sarif") && strings.Count(got, "get2(u)") != 1 {
				t.Errorf("%s lacks the fix without a secret", format)
			}
		}
	}
}

// Lines that move and files that grow change no fingerprint; alike findings differ.
func TestFingerprints(t *testing.T) {
	t.Parallel()
	r, _ := sample(t)
	before := fingerprints(r.Findings)
	for i := range r.Findings {
		r.Findings[i].Pos.Line += 40
	}
	if after := fingerprints(r.Findings); !reflect.DeepEqual(before, after) {
		t.Errorf("fingerprints depend on lines: %v, %v", before, after)
	}
	seen := make(map[string]bool)
	for i, p := range before {
		if seen[p] {
			t.Errorf("finding %d has the fingerprint of another", i)
		}
		seen[p] = true
	}
	a := Finding{Message: "a key in web/app.js:12, which is served"}
	b := Finding{Message: "a key in web/app.js:99, which is served"}
	if a.Key() != b.Key() {
		t.Errorf("keys depend on the lines in messages: %v, %v", a.Key(), b.Key())
	}
}

// docs/output.md names every field of the JSON.
func TestOutputIsDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "output.md"))
	if err != nil {
		t.Fatal(err)
	}
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			return
		}
		for f := range typ.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && !strings.Contains(string(doc), "`"+name+"`") {
				t.Errorf("docs/output.md does not tell what %s is", name)
			}
			visit(f.Type)
		}
	}
	visit(reflect.TypeFor[jsonReport]())
}

func TestWriteChecks(t *testing.T) {
	t.Parallel()
	_, o := sample(t)
	var b bytes.Buffer
	if err := WriteChecks(&b, o.Specs); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version int
		Checks  []map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != jsonVersion || len(got.Checks) != 3 || got.Checks[0]["why"] != "They cost." {
		t.Errorf("got %s", b.Bytes())
	}
}

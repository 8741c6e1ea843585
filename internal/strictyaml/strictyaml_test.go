package strictyaml_test

import (
	"testing"

	"github.com/apivet/apivet/internal/strictyaml"
)

type part struct {
	Names []string `yaml:"names"`
	Level int      `yaml:"level"`
	Kind  string   `yaml:"kind" enum:"big small"`
}

type whole struct {
	Title string            `yaml:"title"`
	On    *bool             `yaml:"on"`
	Parts []part            `yaml:"parts"`
	By    map[string]*part  `yaml:"by"`
	Words map[string]string `yaml:"words"`
	Sizes []string          `yaml:"sizes" enum:"big small"`
	Inner `yaml:",inline"`
}

type Inner struct {
	Source string `yaml:"source"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"comment only", "# nothing\n", ""},
		{"null", "parts:\n", ""},
		{"nothing", "null\n", ""},
		{"all", "title: 1\non: true\nparts: [{names: [a], level: 2}]\nby: {x: {level: 1}}\nwords: {}\nsource: s\n", ""},
		{"anchor", "by:\n  a: &one\n    level: 1\n  b: *one\n  c:\n    <<: *one\n", ""},
		{"unknown key", "title: a\ntitel: b\n", `f.yaml:2:1: unknown key "titel", did you mean "title"?`},
		{"nothing like it", "zebra: b\n", `f.yaml:1:1: unknown key "zebra"; known are title, on, parts, by, words, sizes, source`},
		{"below a list", "parts:\n  - names: [a]\n    levle: 1\n", `f.yaml:3:5: parts[0]: unknown key "levle", did you mean "level"?`},
		{"below a map", "by:\n  x: {name: [a]}\n", `f.yaml:2:7: by.x: unknown key "name", did you mean "names"?`},
		{"no bool", "on: yes please\n", `f.yaml:1:5: on: wants true or false`},
		{"no number", "parts: [{level: x}]\n", `f.yaml:1:17: parts[0].level: wants a number`},
		{"no list", "parts: x\n", `f.yaml:1:8: parts: wants a list, such as [a, b]`},
		{"no map", "words: [x]\n", `f.yaml:1:8: words: wants keys with values, such as {name: value}`},
		{"no struct", "by: {x: 1}\n", `f.yaml:1:9: by.x: wants keys with values: names, level, kind`},
		{"no text", "title: [x]\n", `f.yaml:1:8: title: wants text`},
		{"word", "parts: [{kind: bigg}]\nsizes: [small]\n", `f.yaml:1:16: parts[0].kind: "bigg" is none of its words, did you mean "big"?`},
		{"words", "sizes: [small, medium]\n", `f.yaml:1:16: sizes[1]: "medium" is none of its words; known are big, small`},
		{"twice", "title: a\ntitle: b\n", `f.yaml:2:1: mapping key "title" already defined at [1:1]`},
		{"two documents", "title: a\n---\ntitle: b\n", `f.yaml:3:6: there is a second document; one is enough`},
		{"syntax", "parts: [a\n", `f.yaml:1:8: sequence end token ']' not found`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var w whole
			got := ""
			if err := strictyaml.Decode("f.yaml", []byte(tt.text), &w); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestErrorf(t *testing.T) {
	t.Parallel()
	d, err := strictyaml.Parse("f.yaml", []byte("title: a\nparts:\n  - names:\n      - b\n      - c\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path strictyaml.Path
		want string
	}{
		{nil, "f.yaml:1:1: bad"},
		{strictyaml.Path{"title"}, "f.yaml:1:8: title: bad"},
		{strictyaml.Path{"parts"}, "f.yaml:2:1: parts: bad"},
		{strictyaml.Path{"parts", 0, "names", 1}, "f.yaml:5:9: parts[0].names[1]: bad"},
		{strictyaml.Path{"parts", 0, "level"}, "f.yaml:3:5: parts[0].level: bad"},
	} {
		if got := d.Errorf(tt.path, "bad").Error(); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.path, got, tt.want)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	d, err := strictyaml.ParseJSON("settings", []byte(`{"parts":[{"levle":1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	err = d.Decode(new(whole))
	if want := `settings: parts[0]: unknown key "levle", did you mean "level"?`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

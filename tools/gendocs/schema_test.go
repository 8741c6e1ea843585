package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/apivet/apivet/analyzers"
	"github.com/apivet/apivet/internal/config"
)

// The schema says of a configuration what the decoder says.
func TestSchema(t *testing.T) {
	var checks []string
	for _, a := range analyzers.All() {
		checks = append(checks, a.Name)
	}
	text, err := configSchema("../..", checks)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("apivet.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("apivet.json")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join("..", "..", ".apivet.example.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text string
		good bool
	}{
		{string(example), true},
		{config.Initial(), true},
		{"notes: true", true},
		{"libraries: [{packages: [a], functions: {F: , G: {close: 0}}}]", true},
		{"note: true", false},
		{"notes: yes please", false},
		{"checks: [bodyleek]", false},
		{"disable: bodyleak", false},
		{"severity: {bodyleak: high}", false},
		{"severity: {bodyleek: note}", false},
		{"exclude: [{path: [a]}]", false},
		{"libraries: [{packages: [a], functions: {F: {clos: 0}}}]", false},
		{"libraries: [{packages: [a], functions: {F: {send: {response: htp}}}}]", false},
	} {
		_, err := config.Parse("f", []byte(tt.text), checks)
		if (err == nil) != tt.good {
			t.Errorf("%s\nthe decoder says %v", tt.text, err)
		}
		if err := validate(schema, tt.text); (err == nil) != tt.good {
			t.Errorf("%s\nthe schema says %v", tt.text, err)
		}
	}
}

func validate(schema *jsonschema.Schema, text string) error {
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return err
	}
	if len(strings.TrimSpace(string(data))) == 0 || strings.TrimSpace(string(data)) == "null" {
		return nil
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/strictyaml"
)

// schemaFile is the JSON Schema of .apivet.yaml, for editors.
const schemaFile = "docs/apivet.schema.json"

// A schema makes the JSON Schema of Go types: keys from their tags, words of
// the tag enum, descriptions from their comments.
type schema struct {
	comments map[string]string // "Type.Field" to its comment
	defs     map[string]any
	checks   []string
}

// configSchema returns the schema of the configuration.
func configSchema(root string, checks []string) (string, error) {
	s := &schema{comments: map[string]string{}, defs: map[string]any{}, checks: checks}
	for _, dir := range []string{"internal/config", "internal/library"} {
		if err := s.read(filepath.Join(root, filepath.FromSlash(dir))); err != nil {
			return "", err
		}
	}
	top := s.object(reflect.TypeFor[config.File]())
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = "Configuration of apivet"
	top["$defs"] = s.defs
	data, err := json.MarshalIndent(top, "", "  ")
	return string(data) + "\n", err
}

// read takes the comments of a folder's types.
func (s *schema) read(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if st, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range st.Fields.List {
					text := field.Doc.Text()
					if text == "" {
						text = field.Comment.Text()
					}
					for _, id := range field.Names {
						s.comments[f.Name.Name+"."+spec.Name.Name+"."+id.Name] = strings.Join(strings.Fields(text), " ")
					}
				}
			}
			return false
		})
	}
	return nil
}

// object is the schema of a struct type.
func (s *schema) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	for i := range t.NumField() {
		f := t.Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || key == "" {
			continue
		}
		p := s.value(f.Type, strictyaml.Words(f))
		if key == "severity" {
			p["propertyNames"] = map[string]any{"enum": s.checks}
		}
		if t == reflect.TypeFor[config.File]() && (key == "checks" || key == "disable") || t == reflect.TypeFor[config.Exclude]() && key == "checks" {
			p["items"] = map[string]any{"enum": s.checks}
		}
		if text := s.comments[pkgName(t)+"."+t.Name()+"."+f.Name]; text != "" {
			p["description"] = text
		}
		properties[key] = p
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

func pkgName(t reflect.Type) string {
	return t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
}

// value is the schema of a value of a type that may hold certain words only.
func (s *schema) value(t reflect.Type, words []string) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return s.value(t.Elem(), words)
	case reflect.Struct:
		name := pkgName(t) + "." + t.Name()
		if s.defs[name] == nil {
			s.defs[name] = true // it may refer to itself
			s.defs[name] = s.object(t)
		}
		// A key without a value is one without parts.
		return map[string]any{"anyOf": []any{map[string]any{"$ref": "#/$defs/" + name}, map[string]any{"type": "null"}}}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.value(t.Elem(), words)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.value(t.Elem(), words)}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	}
	if len(words) > 0 {
		return map[string]any{"enum": words}
	}
	return map[string]any{"type": "string"}
}

// Package strictyaml decodes YAML that people write by hand: an unknown key, a
// value of the wrong kind and a mistake in the syntax are errors that name
// file, line, column and key.
package strictyaml

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// An Error is what is wrong at one place of a document.
type Error struct {
	Name         string // of the document, as it is to be printed
	Line, Column int    // 0 where the document has no lines that people know
	Key          string // the path of keys, such as "bind[0].provider"; "" for the document as a whole
	Text         string
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Name)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Text)
	return b.String()
}

// Relative returns the error as it is printed in a folder: what lies below it
// is named from there.
func (e *Error) Relative(dir string) *Error {
	copied := *e
	if rel, err := filepath.Rel(dir, e.Name); err == nil && filepath.IsAbs(e.Name) && filepath.IsLocal(rel) {
		copied.Name = rel
	}
	return &copied
}

// A Path leads to a node of a document: strings are keys, ints are indexes of lists.
type Path []any

// With returns the path to a node below.
func (p Path) With(steps ...any) Path {
	return append(p[:len(p):len(p)], steps...)
}

func (p Path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step)
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			fmt.Fprint(&b, step)
		}
	}
	return b.String()
}

// A Document is a YAML document that was read.
type Document struct {
	name string
	body ast.Node // nil for an empty document
	// unplaced says that the text was made by a program, so that its lines
	// tell people nothing.
	unplaced bool
}

// Parse reads one document. name is what errors call it.
func Parse(name string, data []byte) (*Document, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, positioned(name, err)
	}
	d := &Document{name: name}
	for i, doc := range file.Docs {
		if i > 0 && doc.Body != nil {
			at := doc.Body.GetToken().Position
			return nil, &Error{Name: name, Line: at.Line, Column: at.Column, Text: "there is a second document; one is enough"}
		}
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			d.body = doc.Body
		}
	}
	return d, nil
}

// ParseJSON reads a document that a program wrote as JSON. Its errors name the
// key and no line.
func ParseJSON(name string, data []byte) (*Document, error) {
	d, err := Parse(name, data)
	if err != nil {
		return nil, err
	}
	d.unplaced = true
	return d, nil
}

// Decode stores the document in the value that into points at. A document
// without content leaves it as it is.
func (d *Document) Decode(into any) error {
	if d.body == nil || d.body.Type() == ast.NullType {
		return nil
	}
	if err := d.check(into); err != nil {
		return err
	}
	if err := yaml.NodeToValue(d.body, into, yaml.Strict()); err != nil {
		return positioned(d.name, err)
	}
	return nil
}

// Decode reads one document into the value that into points at.
func Decode(name string, data []byte, into any) error {
	d, err := Parse(name, data)
	if err != nil {
		return err
	}
	return d.Decode(into)
}

// positioned turns an error of the YAML library into an Error.
func positioned(name string, err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		pos := at.GetToken().Position
		return &Error{Name: name, Line: pos.Line, Column: pos.Column, Text: at.GetMessage()}
	}
	return &Error{Name: name, Text: err.Error()}
}

// Errorf makes an error about the node at the path, or about the nearest one
// above it that the document has.
func (d *Document) Errorf(path Path, format string, args ...any) *Error {
	return d.errorAt(d.find(path), path, fmt.Sprintf(format, args...))
}

func (d *Document) errorAt(n ast.Node, path Path, text string) *Error {
	e := &Error{Name: d.name, Key: path.String(), Text: text}
	if n != nil && !d.unplaced {
		pos := n.GetToken().Position
		e.Line, e.Column = pos.Line, pos.Column
	}
	return e
}

// find returns the node at the path or the nearest one above it. For a key
// whose value stands on other lines it is the key.
func (d *Document) find(path Path) ast.Node {
	n, key := d.body, ast.Node(nil)
	for _, step := range path {
		switch step := step.(type) {
		case string:
			for _, entry := range entries(n) {
				if entry.Key.GetToken().Value == step {
					n, key = entry.Value, entry.Key
					break
				}
			}
		case int:
			if list := elements(n); step < len(list) {
				n, key = list[step], nil
			}
		}
	}
	if pairs := entries(n); key == nil && len(pairs) > 0 {
		return pairs[0].Key
	} else if key != nil && (len(pairs) > 0 || len(elements(n)) > 0) {
		return key
	}
	return n
}

// entries returns the entries of a mapping; nil for any other node.
func entries(n ast.Node) []*ast.MappingValueNode {
	switch n := value(n).(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// elements returns the elements of a list; nil for any other node.
func elements(n ast.Node) []ast.Node {
	if s, ok := value(n).(*ast.SequenceNode); ok {
		return s.Values
	}
	return nil
}

// value returns what an anchor or tag stands before.
func value(n ast.Node) ast.Node {
	for {
		switch outer := n.(type) {
		case *ast.AnchorNode:
			n = outer.Value
		case *ast.TagNode:
			n = outer.Value
		default:
			return n
		}
	}
}

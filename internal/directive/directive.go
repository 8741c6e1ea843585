// Package directive reads the comments that speak to apivet: //apivet:ignore,
// //apivet:provider and //apivet:webhook.
package directive

import (
	"go/ast"
	"go/token"
	"strings"
)

// The verbs of directives.
const (
	Ignore   = "ignore"   // //apivet:ignore check[,check] reason
	Provider = "provider" // //apivet:provider name
	Webhook  = "webhook"  // //apivet:webhook [name]
)

// Verbs are all verbs.
var Verbs = []string{Ignore, Provider, Webhook}

const prefix = "apivet:"

// A Directive is one comment.
type Directive struct {
	Pos, End token.Pos
	Verb     string
	Text     string // what follows the verb, without the spaces around it
	// Spaced says that a space stands before apivet, which makes the comment
	// one for people and without effect.
	Spaced bool
}

// parse reads a comment.
func parse(c *ast.Comment) (Directive, bool) {
	rest, ok := strings.CutPrefix(c.Text, "//")
	if !ok {
		return Directive{}, false
	}
	trimmed := strings.TrimLeft(rest, " \t")
	text, ok := strings.CutPrefix(trimmed, prefix)
	if !ok {
		return Directive{}, false
	}
	// A second comment on the line belongs to somebody else.
	text, _, _ = strings.Cut(text, " //")
	verb, args := text, ""
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		verb, args = text[:i], strings.TrimSpace(text[i:])
	}
	return Directive{Pos: c.Pos(), End: c.End(), Verb: verb, Text: args, Spaced: trimmed != rest}, true
}

// In returns the directives of a comment group, which may be nil, without those
// that have no effect.
func In(group *ast.CommentGroup) []Directive {
	if group == nil {
		return nil
	}
	var list []Directive
	for _, c := range group.List {
		if d, ok := parse(c); ok && !d.Spaced {
			list = append(list, d)
		}
	}
	return list
}

// All returns what looks like a directive in a file, in source order.
func All(f *ast.File) []Directive {
	var list []Directive
	for _, group := range f.Comments {
		for _, c := range group.List {
			if d, ok := parse(c); ok {
				list = append(list, d)
			}
		}
	}
	return list
}

// Checks returns the checks that an ignore directive names, and its reason.
func (d Directive) Checks() (checks []string, reason string) {
	names, reason, _ := strings.Cut(d.Text, " ")
	for name := range strings.SplitSeq(names, ",") {
		if name != "" {
			checks = append(checks, name)
		}
	}
	return checks, strings.TrimSpace(reason)
}

// OfFile returns the value of a directive above the package clause, or "".
func OfFile(f *ast.File, verb string) string {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		if text := first(In(group), verb); text != "" {
			return text
		}
	}
	return ""
}

// OfDecl returns the value of a directive in the documentation of a function or
// type, or "".
func OfDecl(f *ast.File, verb string, obj token.Pos) string {
	for _, decl := range f.Decls {
		if obj < decl.Pos() || obj >= decl.End() {
			continue
		}
		for _, doc := range docs(decl, obj) {
			if text := first(In(doc), verb); text != "" {
				return text
			}
		}
	}
	return ""
}

// docs returns the documentation of the part of a declaration that is at pos.
func docs(decl ast.Decl, pos token.Pos) []*ast.CommentGroup {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return []*ast.CommentGroup{decl.Doc}
	case *ast.GenDecl:
		list := []*ast.CommentGroup{decl.Doc}
		for _, spec := range decl.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok && t.Pos() <= pos && pos < t.End() {
				list = append(list, t.Doc)
			}
		}
		return list
	}
	return nil
}

// Attached returns the directives that stand where they bind something: above
// the package clause, or in the documentation of a function or type.
func Attached(f *ast.File) map[token.Pos]bool {
	set := make(map[token.Pos]bool)
	add := func(group *ast.CommentGroup) {
		for _, d := range In(group) {
			set[d.Pos] = true
		}
	}
	for _, group := range f.Comments {
		if group.Pos() < f.Package {
			add(group)
		}
	}
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			add(decl.Doc)
		case *ast.GenDecl:
			if decl.Tok != token.TYPE {
				continue
			}
			add(decl.Doc)
			for _, spec := range decl.Specs {
				add(spec.(*ast.TypeSpec).Doc)
			}
		}
	}
	return set
}

func first(list []Directive, verb string) string {
	for _, d := range list {
		if d.Verb == verb && d.Text != "" {
			return d.Text
		}
	}
	return ""
}

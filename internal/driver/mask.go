package driver

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode"
)

// masked returns a source line with what may be a secret in its string
// literals replaced by asterisks of the same length. all masks every literal,
// for findings that point at a credential.
//
// A line is scanned alone: one inside a raw string of several lines is masked
// as if it were one literal when all is set.
func masked(line []byte, all bool) []byte {
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(line))
	s.Init(file, line, func(token.Position, string) {}, 0)
	out := append([]byte(nil), line...)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok != token.STRING {
			continue
		}
		start := file.Offset(pos)
		for i, word := range words(lit) {
			if all || looksSecret(word) {
				for j := range word {
					out[start+i+j] = '*'
				}
			}
		}
	}
}

// words splits a literal's text at quotes and white space, by offset.
func words(lit string) map[int]string {
	list := map[int]string{}
	start := -1
	for i := 0; i <= len(lit); i++ {
		if i < len(lit) && !strings.ContainsRune("\"` \t'", rune(lit[i])) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			list[start] = lit[start:i]
			start = -1
		}
	}
	return list
}

// looksSecret reports whether a word could be a key or password: long, with a
// digit, and not a path, address, format or date. It errs on the side of yes.
func looksSecret(word string) bool {
	return len(word) >= 12 && strings.ContainsFunc(word, unicode.IsDigit) && !strings.ContainsAny(word, "%{}") &&
		!strings.Contains(word, "://") && !strings.HasPrefix(word, "/") && !strings.HasPrefix(word, "application/")
}

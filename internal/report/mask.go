package report

import (
	"bytes"
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
	"unicode"
)

// masked returns Go source with what may be a secret in its string literals
// and comments replaced by asterisks, a byte by a byte. all masks every
// literal, for findings that point at a credential.
func masked(src []byte, all bool) []byte {
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(src))
	s.Init(file, src, func(token.Position, string) {}, scanner.ScanComments)
	out := append([]byte(nil), src...)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok != token.STRING && tok != token.COMMENT {
			continue
		}
		start := file.Offset(pos)
		for i, word := range words(string(literal(src[start:], lit))) {
			if all && tok == token.STRING || looksSecret(word) {
				for j := range len(word) {
					out[start+i+j] = '*'
				}
			}
		}
	}
}

// literal returns the literal or comment that text begins with, from which the
// scanner may have taken carriage returns to make lit.
func literal(text []byte, lit string) []byte {
	end := ""
	switch {
	case lit[0] == '`':
		end = "`"
	case strings.HasPrefix(lit, "/*"):
		end = "*/"
	default:
		return text[:len(lit)]
	}
	if i := bytes.Index(text[1:], []byte(end)); i >= 0 {
		return text[:1+i]
	}
	return text // it does not end
}

// quoted finds string literals in what the compiler says.
var quoted = regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`]*`")

// maskedMessage returns the words of a tool with what may be a secret in the
// literals that it quotes replaced. Import paths are not taken for one.
func maskedMessage(text string) string {
	return quoted.ReplaceAllStringFunc(text, func(lit string) string {
		host, _, path := strings.Cut(strings.Trim(lit, "\"`"), "/")
		if path && strings.Contains(host, ".") {
			return lit
		}
		return string(masked([]byte(lit), false))
	})
}

// words splits text at quotes and white space, by offset.
func words(text string) map[int]string {
	list := map[int]string{}
	start := -1
	for i := 0; i <= len(text); i++ {
		if i < len(text) && !strings.ContainsRune("\"` \t\r\n'", rune(text[i])) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			list[start] = text[start:i]
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

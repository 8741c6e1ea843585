package report

import (
	"bytes"
	"go/token"
	"os"
	"unicode/utf16"
)

// A source reads lines of source files, which it keeps.
type source struct {
	files map[string][]byte // nil for what cannot be read
	lines map[version][][]byte
}

// A version is a file as it is, or with what may be secret masked.
type version struct {
	file           string
	masked, secret bool
}

// read returns the lines of a version of a file.
func (s *source) read(v version) [][]byte {
	if lines, ok := s.lines[v]; ok {
		return lines
	}
	if s.files == nil {
		s.files, s.lines = make(map[string][]byte), make(map[version][][]byte)
	}
	data, ok := s.files[v.file]
	if !ok {
		data, _ = os.ReadFile(v.file)
		s.files[v.file] = data
	}
	if data == nil {
		return nil // there is no excerpt
	}
	if v.masked {
		data = masked(data, v.secret)
	}
	s.lines[v] = bytes.Split(data, []byte("\n"))
	return s.lines[v]
}

// maskedLine returns the line of a position to be shown. secret says that it
// has a credential.
func (s *source) maskedLine(pos token.Position, secret bool) ([]byte, bool) {
	return lineOf(s.read(version{pos.Filename, true, secret}), pos)
}

// line returns the line of a position, without its end.
func (s *source) line(pos token.Position) ([]byte, bool) {
	return lineOf(s.read(version{file: pos.Filename}), pos)
}

func lineOf(lines [][]byte, pos token.Position) ([]byte, bool) {
	if pos.Line < 1 || pos.Line > len(lines) {
		return nil, false
	}
	return bytes.TrimRight(lines[pos.Line-1], "\r"), true
}

// utf16Column returns the column of a position in UTF-16 code units from 1, as
// editors count. go/token counts bytes; that is also the answer where the line
// cannot be read.
func (s *source) utf16Column(pos token.Position) int {
	line, ok := s.line(pos)
	if !ok || pos.Column < 1 || pos.Column > len(line)+1 {
		return pos.Column
	}
	return len(utf16.Encode([]rune(string(line[:pos.Column-1])))) + 1
}

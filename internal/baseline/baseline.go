// Package baseline keeps a list of findings that are known, so that a run
// reports the others.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/internal/report"
)

// version is that of the file's form.
const version = 1

// A Baseline is a list of known findings.
type Baseline struct {
	Version  int     `json:"version"`
	Findings []Entry `json:"findings"`
}

// An Entry is one or more findings that are alike but for their lines.
type Entry struct {
	Check    string         `json:"check"`
	Severity check.Severity `json:"severity"`
	Package  string         `json:"package"`
	Function string         `json:"function,omitempty"`
	Message  string         `json:"message"`
	Count    int            `json:"count"`
}

func (e *Entry) key() report.Key {
	return report.Key{Check: e.Check, Package: e.Package, Function: e.Function, Message: e.Message}
}

// New returns the baseline that knows the findings.
func New(findings []report.Finding) *Baseline {
	b := &Baseline{Version: version, Findings: []Entry{}}
	index := make(map[report.Key]int)
	for _, f := range findings {
		k := f.Key()
		i, ok := index[k]
		if !ok {
			i = len(b.Findings)
			index[k] = i
			b.Findings = append(b.Findings, Entry{k.Check, f.Severity, k.Package, k.Function, k.Message, 0})
		}
		b.Findings[i].Count++
	}
	slices.SortFunc(b.Findings, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Function, b.Function),
			cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message))
	})
	return b
}

// Write writes the baseline in the form that Read reads.
func (b *Baseline) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(b)
}

// Read reads a baseline. Its errors name the file and, where there is one, the
// line and key.
func Read(name string) (*Baseline, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	b := new(Baseline)
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(b); err != nil {
		return nil, fmt.Errorf("%s%s: not a baseline: %w", name, lineOf(data, err, dec.InputOffset()), err)
	}
	if b.Version != version {
		return nil, fmt.Errorf("%s: version: %d is not known, want %d; write it anew with apivet baseline", name, b.Version, version)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s%s: more follows the baseline", name, lineAt(data, dec.InputOffset()))
	}
	for i, e := range b.Findings {
		if e.Check == "" || e.Count < 1 {
			return nil, fmt.Errorf("%s: findings[%d]: want a check and a count of 1 at least", name, i)
		}
	}
	return b, nil
}

// lineOf returns ":line" for the place of a decoder's error. offset is how far
// the decoder came.
func lineOf(data []byte, err error, offset int64) string {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &typ):
		offset = typ.Offset
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		offset = int64(len(data))
	case offset == 0:
		return "" // it is about a key that the error names
	}
	return lineAt(data, offset)
}

func lineAt(data []byte, offset int64) string {
	return fmt.Sprintf(":%d", 1+bytes.Count(data[:min(int(offset), len(data))], []byte("\n")))
}

// Filter takes the known findings off the result, and returns how many they
// were and what of the baseline is stale: known in a package that was
// analysed, by a check that ran, and not there any more.
func (b *Baseline) Filter(r *report.Result, ran func(Entry) bool) (known int, stale []Entry) {
	left := make(map[report.Key]int)
	for _, e := range b.Findings {
		left[e.key()] += e.Count
	}
	total := len(r.Findings)
	r.Findings = slices.DeleteFunc(r.Findings, func(f report.Finding) bool {
		k := f.Key()
		left[k]--
		return left[k] >= 0
	})
	for _, e := range b.Findings {
		if n := left[e.key()]; n > 0 && slices.Contains(r.Packages, e.Package) && ran(e) {
			e.Count = n
			stale = append(stale, e)
			delete(left, e.key())
		}
	}
	return total - len(r.Findings), stale
}

// String names the entry for people.
func (e Entry) String() string {
	place := e.Package
	if e.Function != "" {
		place += "." + e.Function
	}
	return fmt.Sprintf("%s: %s (%s)", place, e.Message, e.Check)
}

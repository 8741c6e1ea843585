package report

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
)

// A Key tells findings apart without their lines, so that it survives edits
// elsewhere in the file. Findings that are alike in one function have one key.
type Key struct {
	Check, Package, Function, Message string
}

// Key returns the finding's key.
func (f *Finding) Key() Key {
	return Key{f.Check, f.Package, f.Function, lineNumber.ReplaceAllString(f.Message, "$1")}
}

// lineNumber finds the line of a file that a message names.
var lineNumber = regexp.MustCompile(`(\.\w+)(:\d+)+`)

// fingerprints returns a fingerprint for each of the findings, which are in
// order: a hash of the key and of how many findings before it have the same.
func fingerprints(findings []Finding) []string {
	seen := make(map[Key]int)
	list := make([]string, len(findings))
	for i := range findings {
		k := findings[i].Key()
		seen[k]++
		h := sha256.New()
		for _, part := range []string{k.Check, k.Package, k.Function, k.Message, strconv.Itoa(seen[k])} {
			h.Write([]byte(part))
			h.Write([]byte{0})
		}
		list[i] = hex.EncodeToString(h.Sum(nil)[:16])
	}
	return list
}

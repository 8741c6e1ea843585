package httpmodel

import (
	"maps"
	"net/http"
	"regexp"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/apivet/apivet/internal/provider"
)

var redactedMark = regexp.MustCompile(`(?i)^\W*(?:redacted|hidden|masked|removed|censored|secret|sensitive|filtered|\*{3,}|x{4,})\W*$`)

// forgottenNames returns the functions that hide the headers with credentials
// by a list of names, and that leave out one which the package sets itself.
func (m *Model) forgottenNames() []SecretLeak {
	set := map[string]*CredentialUse{}
	for _, u := range m.CredentialUses() {
		if u.Header != "" && !u.Foreign && set[u.Header] == nil && len(secretsIn(u.Texts(m))) > 0 {
			set[u.Header] = u
		}
	}
	var list []SecretLeak
	for _, fn := range m.flow().funcs {
		names := hiddenNames(fn)
		if len(names) == 0 {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(set)) {
			if !slices.Contains(names, name) {
				list = append(list, SecretLeak{Kind: LeakRedacted, Pos: fn.Pos(), What: name, Use: set[name]})
				break
			}
		}
	}
	return list
}

// hiddenNames returns the headers that a function writes something else for,
// where it compares names with constants and writes a constant that says so.
func hiddenNames(fn *ssa.Function) []string {
	var names []string
	marked := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(nil) {
				c, ok := (*op).(*ssa.Const)
				if !ok || c.Value == nil || !isString(c.Type()) {
					continue
				}
				text := constText(c)
				if redactedMark.MatchString(text) {
					marked = true
				} else if _, compared := instr.(*ssa.BinOp); compared && provider.IsCredentialHeader(text) {
					names = append(names, http.CanonicalHeaderKey(text))
				}
			}
		}
	}
	if !marked {
		return nil
	}
	return names
}

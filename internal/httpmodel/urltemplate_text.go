package httpmodel

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// formatted fills the verbs of a format.
func (w *templateWalk) formatted(format string, args []ssa.Value, fr *callFrame, depth int) []string {
	list := []string{""}
	for format != "" {
		before, after, found := strings.Cut(format, "%")
		list = joinTexts(list, []string{before})
		if !found || after == "" {
			break
		}
		if after[0] == '%' {
			list, format = joinTexts(list, []string{"%"}), after[1:]
			continue
		}
		verb := strings.IndexFunc(after, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
		if verb < 0 || strings.ContainsAny(after[:verb], "*[") {
			return joinTexts(list, unknownText)
		}
		value := unknownText
		if len(args) > 0 {
			if (after[verb] == 's' || after[verb] == 'v') && verb == 0 {
				value = w.text(args[0], fr, depth+1)
			}
			args = args[1:]
		}
		list, format = joinTexts(list, value), after[verb+1:]
	}
	return list
}

func (w *templateWalk) joined(args []ssa.Value, sep string, fr *callFrame, depth int) []string {
	if len(args) == 0 {
		return unknownText
	}
	list := w.text(args[0], fr, depth+1)
	for _, a := range args[1:] {
		list = joinTexts(joinTexts(list, []string{sep}), w.text(a, fr, depth+1))
	}
	return list
}

func joinTexts(a, b []string) []string {
	var list []string
	for _, x := range a {
		for _, y := range b {
			list = appendTexts(list, []string{x + y})
		}
	}
	return list
}

func mapTexts(list []string, f func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f(s)
	}
	return out
}

func appendTexts(list, more []string) []string {
	for _, s := range more {
		for strings.Contains(s, Hole+Hole) {
			s = strings.ReplaceAll(s, Hole+Hole, Hole)
		}
		if len(list) < maxTemplates && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func orHole(list []string) []string {
	if len(list) == 0 {
		return unknownText
	}
	return list
}

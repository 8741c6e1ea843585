package httpfacts

import "strings"

// DescribeSecret names a secret for people without telling it: its kind, which
// may be "", the start that all of its kind have, and more to say. What it is
// used as says something only where its kind does not.
func DescribeSecret(kind, hint, more string) string {
	var notes []string
	if hint != "" {
		notes = append(notes, hint+"…")
	}
	if more != "" {
		notes = append(notes, more)
	}
	text := "a credential"
	if kind != "" {
		text = article(kind)
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}

func article(kind string) string {
	if strings.ContainsRune("AEIOU", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

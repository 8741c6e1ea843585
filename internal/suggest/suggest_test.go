package suggest

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"bodyleak", "statusunchecked", "browsersecret"}
	for word, want := range map[string]string{
		"bodyleak":       "bodyleak",
		"bodyleek":       "bodyleak",
		"boddyleak":      "bodyleak",
		"statusuncheked": "statusunchecked",
		"body":           "",
		"x":              "",
		"":               "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"ab", "ba", 2}, {"same", "same", 0},
	} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

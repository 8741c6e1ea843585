package httpmodel

import (
	"slices"
	"testing"
	"time"
)

func TestHandlerDataLoads(t *testing.T) {
	k, err := loadHandlerData()
	if err != nil {
		t.Fatal(err)
	}
	if k.Deadlines["aelix"] != 5*time.Second {
		t.Errorf("aelix: got %s", k.Deadlines["aelix"])
	}
}

func TestWordsOf(t *testing.T) {
	for name, want := range map[string][]string{
		"handleWebHook":       {"handle", "webhook"},
		"HTTPCallback":        {"http", "callback"},
		"/api/webhooks/{id}":  {"api", "webhooks", "id"},
		"POST /web-hooks/new": {"post", "webhooks", "new"},
	} {
		if got := wordsOf(name); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

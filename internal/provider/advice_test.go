package provider

import "testing"

func TestSelectionHas(t *testing.T) {
	ixon := (*Set)(nil).Named("ixon").Selects
	for _, c := range []struct {
		method, path string
		want         bool
	}{
		{"GET", "/agents", true},
		{"GET", "/api/agents/{}", true},
		{"GET", "/users/me", true},
		{"POST", "/access-tokens", true},
		{"POST", "/agents", false},
		{"PATCH", "/agents/{}", false},
		{"GET", "/server-time", false},
		{"GET", "/agents/{}/audit-logs", false},
		{"GET", "/api", false},
		{"GET", "", false},
		{"GET", "/{}", false},
		{"", "/agents", false},
	} {
		if got := ixon.Has(c.method, c.path); got != c.want {
			t.Errorf("%s %s: %v", c.method, c.path, got)
		}
	}
	if (*Selection)(nil).Has("GET", "/agents") {
		t.Error("a vendor without a selection has one")
	}
	if aelix := (*Set)(nil).Named("aelix").Selects; !aelix.Has("GET", "") {
		t.Error("a parameter that all reading operations have depends on the path")
	}
}

func TestPlaceOf(t *testing.T) {
	for text, want := range map[string]Place{
		"eu-west-1":      {"eu-west-1", "AWS", "Europe"},
		"us-east-1":      {"us-east-1", "AWS", "America"},
		"us-gov-west-1":  {"us-gov-west-1", "AWS", "America"},
		"eu-west-1b":     {"eu-west-1", "AWS", "Europe"},
		"us-central1":    {"us-central1", "Google", "America"},
		"europe-west1-b": {"europe-west1", "Google", "Europe"},
		"westeurope":     {"westeurope", "Azure", "Europe"},
		"eastus2":        {"eastus2", "Azure", "America"},
	} {
		if got, ok := PlaceOf(text); !ok || got != want {
			t.Errorf("PlaceOf(%q) = %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "eu", "eu-west", "EU-WEST-1", "us-east-1.amazonaws.com", "europe", "production", "east"} {
		if got, ok := PlaceOf(text); ok {
			t.Errorf("PlaceOf(%q) = %v", text, got)
		}
	}
}

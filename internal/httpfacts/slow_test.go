package httpfacts

import "testing"

func TestSlowDataLoads(t *testing.T) {
	if _, err := slowKnowledge(); err != nil {
		t.Fatal(err)
	}
}

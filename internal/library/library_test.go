package library

import "testing"

func TestDataLoads(t *testing.T) {
	if err := Err(); err != nil {
		t.Fatal(err)
	}
}

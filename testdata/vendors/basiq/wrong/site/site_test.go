package site_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"example.com/basiq/wrong/site"
)

// key is the shape of an API key.
var key = regexp.MustCompile(`[A-Za-z0-9+/]{98}==`)

func TestKeyIsServed(t *testing.T) {
	t.Parallel()
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/app.js", nil))
	if !key.Match(rec.Body.Bytes()) {
		t.Error("no key in app.js")
	}
}

// TestKeyIsInTheProgram builds pages as they are sent to browsers. Those with net/http take long, and are left out.
func TestKeyIsInTheProgram(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds programs")
	}
	pages := map[string]bool{"inplace": true, "constant": true, "config": true, "file": true, "provider": true, "callback": true, "plain": false}
	dir := t.TempDir()
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	for page := range pages {
		args = append(args, "../web/"+page)
	}
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for page, want := range pages {
		program, err := os.ReadFile(filepath.Join(dir, page))
		if err != nil {
			t.Fatal(err)
		}
		if key.Match(program) != want {
			t.Errorf("%s: key in the program is %v, want %v", page, !want, want)
		}
	}
}

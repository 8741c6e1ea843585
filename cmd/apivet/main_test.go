package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"apivet": main,
		"demo":   func() { os.Exit(run(demo())) }, // the same program with checks that the scripts know
	})
}

// The scripts run offline: their modules need the standard library alone.
func TestScripts(t *testing.T) {
	cache := goEnv(t, "GOCACHE")
	tool := build(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("..", "..", "testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOCACHE", cache)
			e.Setenv("TOOL", tool) // the binary as users have it
			e.Setenv("GOPROXY", "off")
			e.Setenv("APIVET_CACHE", filepath.Join(e.WorkDir, ".apivet-cache"))
			e.Setenv("GOFLAGS", "")
			e.Setenv("GOTOOLCHAIN", "local")
			e.Setenv("GOPATH", filepath.Join(e.WorkDir, ".gopath"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit":    exit,
			"await":   await,
			"vet":     vet,
			"fixtool": fixtool,
			"places":  places,
		},
	})
}

// build builds the command and returns the name of the executable.
func build(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "apivet"+goEnv(t, "GOEXE"))
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return name
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// exit runs a command and wants its exit code: exit 2 demo ./...
func exit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit code command args...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code = strings.TrimPrefix(failed.Error(), "exit status ")
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// vet runs go vet with the demo tool, fixtool runs go fix with it.
func vet(ts *testscript.TestScript, neg bool, args []string) { byGo(ts, neg, "vet", args) }

func fixtool(ts *testscript.TestScript, neg bool, args []string) { byGo(ts, neg, "fix", args) }

func byGo(ts *testscript.TestScript, neg bool, command string, args []string) {
	tool, err := exec.LookPath("demo")
	if err != nil {
		ts.Fatalf("%v", err)
	}
	err = ts.Exec("go", append([]string{command, "-" + command + "tool=" + tool}, args...)...)
	if (err != nil) != neg {
		ts.Fatalf("go %s: %v", command, err)
	}
}

// places reduces a file of findings, of either door, to their sorted places
// and messages: places in out.
func places(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: places in out")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(normalPlaces(ts.ReadFile(args[0]))), 0o666))
}

var place = regexp.MustCompile(`(?m)^(?:\./)?([^\s:]+:\d+:\d+): (?:(?:error|warning|note): )?(.* \([a-z]+\))$`)

// normalPlaces takes "file:line:col: message (check)" out of the text of
// either door, sorted.
func normalPlaces(text string) string {
	var lines []string
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		lines = append(lines, m[1]+": "+m[2]+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// await waits for a file to appear: await file
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await file")
	}
	name := ts.MkAbs(args[0])
	for range 600 {
		if _, err := os.Stat(name); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s does not appear", name)
}

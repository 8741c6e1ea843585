package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
)

// An action is what this package's tests need of action.yml.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			Name, Uses, Run, Shell string
			If                     string
			Dir                    string `yaml:"working-directory"`
			Env                    map[string]string
		}
	}
}

func readAction(t *testing.T) *action {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	a := new(action)
	if err := yaml.Unmarshal(data, a); err != nil {
		t.Fatal(err)
	}
	return a
}

// An expression in a script would make a workflow's text a program's text.
func TestActionScripts(t *testing.T) {
	a := readAction(t)
	used := make(map[string]bool)
	scripts := 0
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("step %q has an expression in its script: pass it through env", s.Name)
		}
		if s.Run != "" {
			scripts++
			if s.Shell != "bash" {
				t.Errorf("step %q has shell %q", s.Name, s.Shell)
			}
		}
		data, err := yaml.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		for name := range a.Inputs {
			used[name] = used[name] || strings.Contains(string(data), "inputs."+name)
		}
	}
	// What is given with "with" is not read here.
	used["go-version"], used["category"] = true, true
	for name := range a.Inputs {
		if !used[name] {
			t.Errorf("input %s is not used", name)
		}
	}
	if scripts != 2 {
		t.Errorf("%d scripts, want the build and the run", scripts)
	}
}

var expression = regexp.MustCompile(`\$\{\{ (.*?) \}\}`)

// runAction returns the script command that does what action.yml does on a pull
// request: its scripts, in order, with inputs as input=value. PULL_REQUEST_BASE
// of the environment is the commit that the pull request is against, empty for a push. Steps that use
// other actions are left out.
func runAction(a *action) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		inputs := make(map[string]string)
		for name, in := range a.Inputs {
			inputs[name] = in.Default
		}
		for _, arg := range args {
			name, value, ok := strings.Cut(arg, "=")
			if _, known := inputs[name]; !ok || !known {
				ts.Fatalf("%s is not an input with its value", arg)
			}
			inputs[name] = value
		}
		root, err := filepath.Abs(filepath.Join("..", ".."))
		ts.Check(err)
		evaluate := func(text string) string {
			return expression.ReplaceAllStringFunc(text, func(e string) string {
				switch e = expression.FindStringSubmatch(e)[1]; {
				case strings.HasPrefix(e, "inputs."):
					value, ok := inputs[strings.TrimPrefix(e, "inputs.")]
					if !ok {
						ts.Fatalf("%s is no input", e)
					}
					return value
				case e == "github.action_path":
					return root
				case strings.HasPrefix(e, "github.event.pull_request.base.sha "):
					return ts.Getenv("PULL_REQUEST_BASE")
				}
				ts.Fatalf("unknown expression %q", e)
				return ""
			})
		}
		output := ts.MkAbs("github-output")
		ts.Check(os.WriteFile(output, nil, 0o666))
		ts.Setenv("GITHUB_OUTPUT", output)
		ts.Setenv("RUNNER_TEMP", ts.Getenv("WORK"))
		for _, s := range a.Runs.Steps {
			if s.Run == "" {
				continue
			}
			for name, value := range s.Env {
				ts.Setenv(name, evaluate(value))
			}
			script := filepath.Join(ts.Getenv("WORK"), "step.sh")
			ts.Check(os.WriteFile(script, []byte("cd \"$1\" && shift\n"+s.Run), 0o666))
			dir := "."
			if s.Dir != "" {
				dir = evaluate(s.Dir)
			}
			if ts.Exec("bash", "--noprofile", "--norc", "-eo", "pipefail", script, dir) != nil {
				if !neg {
					ts.Fatalf("step %q failed", s.Name)
				}
				return
			}
		}
		if neg {
			ts.Fatalf("no step failed")
		}
	}
}

// TestAction runs action.yml's scripts on a small repository.
func TestAction(t *testing.T) {
	for _, tool := range []string{"bash", "git"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	cache, modules := goEnv(t, "GOCACHE"), goEnv(t, "GOMODCACHE")
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("..", "..", "testdata", "script", "action"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOCACHE", cache)
			e.Setenv("GOMODCACHE", modules) // the action builds apivet
			e.Setenv("GOPROXY", "off")
			e.Setenv("GOFLAGS", "")
			e.Setenv("GOTOOLCHAIN", "local")
			for _, who := range []string{"AUTHOR", "COMMITTER"} {
				e.Setenv("GIT_"+who+"_NAME", "Tester")
				e.Setenv("GIT_"+who+"_EMAIL", "tester@example.com")
			}
			e.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			e.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"action": runAction(readAction(t)), "hook": hook, "setbase": setBase},
	})
}

// setBase sets PULL_REQUEST_BASE to the commit that a name means: setbase origin/main.
func setBase(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: setbase revision")
	}
	ts.Check(ts.Exec("git", "rev-parse", args[0]))
	ts.Setenv("PULL_REQUEST_BASE", strings.TrimSpace(ts.ReadFile("stdout")))
}

// hook runs a hook of .pre-commit-hooks.yaml: hook apivet.
func hook(ts *testscript.TestScript, neg bool, args []string) {
	data, err := os.ReadFile(filepath.Join("..", "..", ".pre-commit-hooks.yaml"))
	ts.Check(err)
	var hooks []struct {
		ID, Entry string
		Args      []string
	}
	ts.Check(yaml.Unmarshal(data, &hooks))
	for _, h := range hooks {
		if len(args) == 1 && h.ID == args[0] {
			command := append(strings.Fields(h.Entry), h.Args...)
			if err := ts.Exec(command[0], command[1:]...); (err != nil) != neg {
				ts.Fatalf("%s: %v", h.Entry, err)
			}
			return
		}
	}
	ts.Fatalf("usage: hook id, with the id of a hook")
}

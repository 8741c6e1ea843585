package driver

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/cache"
	"github.com/apivet/apivet/internal/report"
)

// cacheVariable names the folder of the cache, or is "off".
const cacheVariable = "APIVET_CACHE"

// A cachedRun is a run whose result is kept for the next one like it.
//
// Two entries make it: by the question, the files that the last run of it
// depended on; by these files' names and contents, that run's result. Nothing is
// asked of cmd/go, so a repeat costs no more than to read the user's source.
type cachedRun struct {
	cache   *cache.Cache
	options Options
	// flags is what the result depends on beside the options: settings in force.
	flags []string
	// ignore has files of the run's own.
	ignore []string
}

// run returns the result of the run from the cache, or runs.
func (c *cachedRun) run(ctx context.Context) (*report.Result, error) {
	if c.cache == nil {
		return Run(ctx, c.options)
	}
	question, err := c.question()
	if err != nil {
		return Run(ctx, c.options) // what is wrong is told there
	}
	if r := c.recall(question); r != nil {
		return r, nil
	}
	before, errBefore := c.moduleHash()
	r, list, err := run(ctx, c.options)
	if err != nil || len(r.Problems) > 0 || errBefore != nil {
		return r, err
	}
	if after, err := c.moduleHash(); err == nil && after == before {
		c.remember(question, r, list)
	}
	return r, nil
}

// moduleHash is a hash of most that a run reads, to tell whether somebody
// changed it meanwhile.
func (c *cachedRun) moduleHash() (cache.Key, error) {
	dir, err := filepath.Abs(c.options.Dir)
	if err != nil {
		return cache.Key{}, err
	}
	root := above(dir, "go.mod")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return cache.Key{}, err // who knows how much is below
	}
	in := cache.Inputs{Trees: []string{root}}
	return in.Hash(c.ignore...)
}

// question is a hash of what the run is asked, and of all that it depends on
// but the source.
func (c *cachedRun) question() (cache.Key, error) {
	h := sha256.New()
	exe, err := os.Executable()
	if err != nil {
		return cache.Key{}, err
	}
	tool, err := cache.HashFile(exe)
	if err != nil {
		return cache.Key{}, err
	}
	dir, err := filepath.Abs(c.options.Dir)
	if err != nil {
		return cache.Key{}, err
	}
	fmt.Fprintf(h, "%x\n%q\n%q\n%q\n%q\n", tool, dir, c.options.Patterns, c.options.Tags, c.flags)
	for _, a := range c.options.Analyzers {
		fmt.Fprintln(h, a.Name)
	}
	if err := hashGo(h); err != nil {
		return cache.Key{}, err
	}
	return cache.Key(h.Sum(nil)), nil
}

// hashGo adds which cmd/go runs, and its settings.
func hashGo(h hash.Hash) error {
	name, err := exec.LookPath("go")
	if err != nil {
		return err
	}
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	fmt.Fprintln(h, name, info.Size(), info.ModTime().UnixNano())
	settings := os.Getenv("GOENV")
	if settings == "" {
		if base, err := os.UserConfigDir(); err == nil {
			settings = filepath.Join(base, "go", "env")
		}
	}
	if settings != "" && settings != "off" {
		sum, err := cache.HashFile(settings)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%x\n", sum)
	}
	env := slices.Sorted(slices.Values(os.Environ()))
	for _, v := range env {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case strings.HasPrefix(name, "GO"), strings.HasPrefix(name, "CGO_"), strings.HasPrefix(name, "PKG_CONFIG"),
			name == "CC", name == "CXX", name == "FC", name == "AR":
			fmt.Fprintf(h, "%q\n", v)
		}
	}
	return nil
}

// recall returns the stored result, or nil.
func (c *cachedRun) recall(question cache.Key) *report.Result {
	data, ok := c.cache.Get(question)
	if !ok {
		return nil
	}
	in := new(cache.Inputs)
	if json.Unmarshal(data, in) != nil {
		return nil
	}
	key, err := c.answerKey(question, in)
	if err != nil {
		return nil
	}
	if data, ok = c.cache.Get(key); !ok {
		return nil
	}
	r := new(report.Result)
	if json.Unmarshal(data, r) != nil {
		return nil
	}
	return r
}

// remember stores a result. A cache that cannot be written is of no concern to
// whoever wants the result.
func (c *cachedRun) remember(question cache.Key, r *report.Result, list *listing) {
	in, ok := list.inputs()
	if !ok {
		return
	}
	key, err := c.answerKey(question, in)
	if err != nil {
		return
	}
	inputs, err := json.Marshal(in)
	if err != nil {
		return
	}
	result, err := json.Marshal(r)
	if err != nil {
		return
	}
	// The result first: without it the inputs are of no use.
	if c.cache.Put(key, result) == nil {
		_ = c.cache.Put(question, inputs)
	}
}

// answerKey is the key of the result for the inputs as they are now.
func (c *cachedRun) answerKey(question cache.Key, in *cache.Inputs) (cache.Key, error) {
	files, err := in.Hash(c.ignore...)
	if err != nil {
		return cache.Key{}, err
	}
	list, err := json.Marshal(in)
	if err != nil {
		return cache.Key{}, err
	}
	h := sha256.New()
	h.Write(question[:])
	h.Write(files[:])
	h.Write(list)
	return cache.Key(h.Sum(nil)), nil
}

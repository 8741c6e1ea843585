package cache

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T) *Cache {
	t.Helper()
	c, err := Open(filepath.Join(t.TempDir(), "cache"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func put(t *testing.T, c *Cache, k Key, content string) {
	t.Helper()
	if err := c.Put(k, []byte(content)); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedEntries(t *testing.T) {
	t.Parallel()
	c := open(t)
	one, two := Key{1}, Key{2}
	for name, damage := range map[string]func(data []byte) []byte{
		"cut":     func(data []byte) []byte { return data[:len(data)-1] },
		"empty":   func([]byte) []byte { return nil },
		"header":  func(data []byte) []byte { return data[:len(magic)+5] },
		"changed": func(data []byte) []byte { return append(data[:len(data)-1], data[len(data)-1]^1) },
		"longer":  func(data []byte) []byte { return append(data, 'x') },
		"version": func(data []byte) []byte { return append([]byte("apivet cache 0\n"), data[len(magic):]...) },
		"another": func([]byte) []byte {
			other, err := os.ReadFile(c.name(two))
			if err != nil {
				t.Fatal(err)
			}
			return other
		},
	} {
		put(t, c, one, "one")
		put(t, c, two, "two")
		if got, ok := c.Get(one); !ok || string(got) != "one" {
			t.Fatalf("%s: got %q, %v before", name, got, ok)
		}
		data, err := os.ReadFile(c.name(one))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.name(one), damage(data), 0o666); err != nil {
			t.Fatal(err)
		}
		if got, ok := c.Get(one); ok {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	c, err := Open(Off)
	if c != nil || err != nil {
		t.Errorf("off: got %v, %v", c, err)
	}
	if err := c.Put(Key{}, nil); err != nil {
		t.Error(err)
	}
	if _, ok := c.Get(Key{}); ok {
		t.Error("an entry of no cache")
	}
	if _, err := Open("relative"); err == nil || !strings.Contains(err.Error(), "relative is not an absolute path") {
		t.Errorf("relative: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("file: %v", err)
	}
}

func TestTrim(t *testing.T) {
	t.Parallel()
	c := open(t)
	long := time.Now().Add(-maxAge - time.Hour)
	old := func(name string) {
		name = filepath.Join(c.dir, name)
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, long, long); err != nil {
			t.Fatal(err)
		}
	}
	used := Key{1}
	put(t, c, used, "used")
	if err := os.Chtimes(c.name(used), long, long); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Get(used); !ok {
		t.Fatal("the entry is gone")
	}
	old("new-left-behind")
	old("unused" + suffix)
	old("not ours")
	old("trimmed")
	put(t, c, Key{2}, "new")
	old("unused2" + suffix)
	put(t, c, Key{3}, "on the same day")
	list, err := os.ReadDir(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	got := strings.Join(names, " ")
	for name, want := range map[string]bool{
		"new-left-behind": false, "unused" + suffix: false, "not ours": true, "unused2" + suffix: true, filepath.Base(c.name(used)): true,
	} {
		if strings.Contains(got, name) != want {
			t.Errorf("%s is there: %v, want %v; files: %s", name, !want, want, got)
		}
	}
}

// Whoever reads while others write gets a whole entry or none.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	c := open(t)
	contents := [][]byte{bytes.Repeat([]byte("a"), 100_000), bytes.Repeat([]byte("b"), 50)}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				if i%2 == 0 {
					if err := c.Put(Key{}, contents[i/2%2]); err != nil {
						t.Error(err)
					}
				} else if got, ok := c.Get(Key{}); ok && !bytes.Equal(got, contents[0]) && !bytes.Equal(got, contents[1]) {
					t.Errorf("got %d bytes of none", len(got))
				}
			}
		})
	}
	wg.Wait()
	if _, ok := c.Get(Key{}); !ok {
		t.Error("no entry in the end")
	}
}

func TestInputs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("tree/a.go", "a")
	write("tree/sub/go.mod", "m")
	write("whole/x.html", "x")
	in := &Inputs{
		Trees: []string{filepath.Join(dir, "tree")}, Whole: []string{filepath.Join(dir, "whole")},
		Files: []string{filepath.Join(dir, "later")},
	}
	last := Key(sha256.Sum256(nil))
	step := func(what string, changes bool, ignore ...string) {
		t.Helper()
		key, err := in.Hash(ignore...)
		if err != nil {
			t.Fatal(err)
		}
		if (key != last) != changes {
			t.Errorf("%s: changes the hash: %v, want %v", what, !changes, changes)
		}
		last = key
	}
	step("first", true)
	step("nothing", false)
	for _, s := range []struct {
		name    string
		changes bool
	}{
		{"tree/a.go", true}, {"tree/b.go", true}, {"tree/new/c.h", true}, {"tree/sub/go.mod", true}, {"tree/.apivet.yaml", true},
		{"tree/README.md", false}, {"tree/.hidden/a.go", false}, {"tree/_old/a.go", false}, {"tree/testdata/a.go", true},
		{"whole/x.html", true}, {"whole/.hidden/y", true}, {"whole/.git/y", false}, {"later", true},
	} {
		write(s.name, fmt.Sprint("new ", s.name))
		step(s.name, s.changes)
	}
	write("whole/report.tmp", "")
	step("an ignored file", false, filepath.Join(dir, "whole", "report.tmp"))
	if err := os.Rename(filepath.Join(dir, "tree", "b.go"), filepath.Join(dir, "tree", "c.go")); err != nil {
		t.Fatal(err)
	}
	step("another name", true, filepath.Join(dir, "whole", "report.tmp"))
	in.Trees = append(in.Trees, filepath.Join(dir, "gone"))
	if _, err := in.Hash(); err == nil {
		t.Error("a tree that is gone has a hash")
	}
}

package cache

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// Inputs are the files that a result depends on.
type Inputs struct {
	// Trees are folders with all below them, less hidden folders: of these the
	// files count that cmd/go makes packages of.
	Trees []string
	// Whole are folders of which every file counts, hidden ones too.
	Whole []string
	// Files count by themselves. One that is not there may come to be.
	Files []string
}

// maxFiles bounds the files and folders that are looked at in a tree. With more,
// walking it costs more than is won.
const maxFiles = 1_000_000

// errTooMany says that there are more files than are worth it.
var errTooMany = errors.New("too many files")

// Hash returns a hash of the names and contents of all inputs but the ignored.
func (in *Inputs) Hash(ignore ...string) (Key, error) {
	files := make(map[string]bool)
	skip := func(name string) bool { return slices.Contains(ignore, name) }
	for _, dir := range in.Trees {
		if err := walk(files, dir, func(name string) bool { return isInput(name) && !skip(name) }, isHidden); err != nil {
			return Key{}, err
		}
	}
	for _, dir := range in.Whole {
		if err := walk(files, dir, func(name string) bool { return !skip(name) }, isRepository); err != nil {
			return Key{}, err
		}
	}
	for _, name := range in.Files {
		files[name] = true
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return hashFiles(names)
}

// walk adds the files below a folder that count. It follows no link to a
// folder, as cmd/go does not.
func walk(files map[string]bool, dir string, counts, skipDir func(name string) bool) error {
	seen := 0
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if seen++; seen > maxFiles {
			return errTooMany
		}
		if d.IsDir() {
			if path != dir && skipDir(path) {
				return filepath.SkipDir
			}
			return nil
		}
		if counts(path) {
			files[path] = true
		}
		return nil
	})
}

// isHidden reports whether ... in a pattern skips the folder by its name,
// but for testdata, which packages can be in that are named in full.
func isHidden(dir string) bool {
	base := filepath.Base(dir)
	return base[0] == '.' || base[0] == '_'
}

func isRepository(dir string) bool { return filepath.Base(dir) == ".git" }

// isInput reports whether cmd/go or apivet reads a file of that name in any
// folder: source in every language that cgo takes, and what describes modules.
func isInput(name string) bool {
	switch filepath.Base(name) {
	case "go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt", ".apivet.yaml":
		return true
	}
	switch filepath.Ext(name) {
	case ".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90",
		".s", ".S", ".sx", ".swig", ".swigcxx", ".syso":
		return true
	}
	return false
}

// hashFiles hashes names and contents, in order.
func hashFiles(names []string) (Key, error) {
	sums := make([]Key, len(names))
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				sums[i], errs[i] = hashInput(names[i])
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return Key{}, err
	}
	h := sha256.New()
	for i, name := range names {
		fmt.Fprintf(h, "%q %x\n", name, sums[i])
	}
	return Key(h.Sum(nil)), nil
}

// hashInput hashes a file's content. What is no file, such as a socket or a
// link to a folder, has none.
func hashInput(name string) (Key, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, nil // or a link that leads nowhere
	}
	if err != nil {
		return Key{}, err
	}
	if !info.Mode().IsRegular() {
		return Key{1}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return Key{}, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return Key{}, err
	}
	return Key(h.Sum(nil)), nil
}

package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apivet/apivet/internal/strictyaml"
)

// FileName is the name of the configuration at the root of the main module, or
// beside go.work for the modules of a workspace that have none of their own.
const FileName = ".apivet.yaml"

// misnamed are names that people give the file and that nobody reads.
var misnamed = []string{".apivet.yml", "apivet.yaml", "apivet.yml"}

// A place is where the configuration of a folder is.
type place struct {
	file string // "" where there is none
	// root is the folder that its paths are relative to: the module's, or that
	// of go.work. "" outside a module.
	root string
}

// find looks for the configuration of a package of a main module in the
// folders from dir up. One below the module's root is an error: nobody would
// see from the root what it changes.
func find(dir string) (place, error) {
	module := above(dir, "go.mod")
	if module == "" {
		return place{}, nil
	}
	for d := dir; d != module; d = filepath.Dir(d) {
		if name := filepath.Join(d, FileName); exists(name) {
			return place{}, &strictyaml.Error{Name: name, Text: "a configuration below the module's root is not read; move it there"}
		}
	}
	for _, other := range misnamed {
		if name := filepath.Join(module, other); exists(name) {
			return place{}, &strictyaml.Error{Name: name, Text: "the configuration's name is " + FileName}
		}
	}
	if name := filepath.Join(module, FileName); exists(name) {
		return place{name, module}, nil
	}
	if work := workspace(module); work != "" {
		root := filepath.Dir(work)
		if name := filepath.Join(root, FileName); exists(name) {
			return place{name, root}, nil
		}
	}
	return place{root: module}, nil
}

// workspace returns the go.work that holds for a folder, or "".
func workspace(dir string) string {
	switch v := os.Getenv("GOWORK"); v {
	case "":
		if d := above(dir, "go.work"); d != "" {
			return filepath.Join(d, "go.work")
		}
		return ""
	case "off":
		return ""
	default:
		return v
	}
}

// above returns the nearest folder, from dir up, that has a file of that name,
// or "".
func above(dir, name string) string {
	for {
		if exists(filepath.Join(dir, name)) {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

func exists(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

// Init writes a configuration that changes nothing yet into the root of the
// module that a folder belongs to, and returns its name. It is an error if
// there is one.
func Init(dir string) (string, error) {
	module := above(dir, "go.mod")
	if module == "" {
		return "", errors.New("no go.mod in this folder or any above it: the configuration belongs beside it")
	}
	name := filepath.Join(module, FileName)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("%s exists already", name)
	}
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(Initial())
	return name, errors.Join(err, f.Close())
}

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
	// of go.work. "" outside both.
	root string
}

// find looks for the configuration of a package of a main module in the
// folders from dir up. One below the module's root is an error: nobody would
// see from the root what it changes.
func find(dir string) (place, error) {
	module := above(dir, "go.mod")
	if module == "" {
		return inWorkspace(dir)
	}
	for d := dir; d != module; d = filepath.Dir(d) {
		for _, base := range append([]string{FileName}, misnamed...) {
			if name := filepath.Join(d, base); present(name) {
				return place{}, &strictyaml.Error{Name: name, Text: "a configuration below the module's root is not read; move it there, as " + FileName}
			}
		}
	}
	if file, err := inRoot(module); file != "" || err != nil {
		return place{file, module}, err
	}
	if at, err := inWorkspace(module); at.file != "" || err != nil {
		return at, err
	}
	return place{root: module}, nil
}

// inWorkspace looks beside the go.work that holds for a folder.
func inWorkspace(dir string) (place, error) {
	work := workspace(dir)
	if work == "" {
		return place{}, nil
	}
	root := filepath.Dir(work)
	file, err := inRoot(root)
	return place{file, root}, err
}

// inRoot returns the configuration in a folder, or "". One that nobody would
// read, for its name, is an error.
func inRoot(root string) (file string, err error) {
	for _, other := range misnamed {
		if name := filepath.Join(root, other); present(name) {
			return "", &strictyaml.Error{Name: name, Text: "the configuration's name is " + FileName}
		}
	}
	if name := filepath.Join(root, FileName); present(name) {
		return name, nil
	}
	return "", nil
}

// read returns the text of a configuration.
func read(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	var bad *fs.PathError
	if errors.As(err, &bad) {
		return nil, &strictyaml.Error{Name: name, Text: "the configuration cannot be read: " + bad.Err.Error()}
	}
	return data, err
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

// present reports whether there is anything of that name, if only a folder or a
// link that leads nowhere: who made it wants it read.
func present(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func exists(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

// Init writes a configuration that changes nothing yet into the root of the
// module that a folder belongs to, or else of the workspace, and returns its
// name. It is an error if there is one.
func Init(dir string) (string, error) {
	root := above(dir, "go.mod")
	if work := workspace(dir); root == "" && work != "" {
		root = filepath.Dir(work)
	}
	if root == "" {
		return "", errors.New("no go.mod or go.work in this folder or any above it: the configuration belongs beside it")
	}
	name := filepath.Join(root, FileName)
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

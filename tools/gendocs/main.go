// Command gendocs writes the pages of the checks, what README.md shows of them
// (the table of checks and a finding in the sample), the inputs of action.yml in
// docs/ci.md, the examples of configurations and the configuration's schema.
// go generate runs it.
package main

import (
	"log"
	"os"
	"path/filepath"
)

//go:generate go run . ../..

func main() {
	log.SetFlags(0)
	log.SetPrefix("gendocs: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: gendocs root-of-the-repository")
	}
	if err := generate(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

// generate makes the files on disk those that [files] says.
func generate(root string) error {
	want, err := files(root)
	if err != nil {
		return err
	}
	have, err := pages(root)
	if err != nil {
		return err
	}
	for _, name := range have {
		if _, ok := want[name]; !ok {
			if err := os.Remove(filepath.Join(root, name)); err != nil {
				return err
			}
		}
	}
	for name, text := range want {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// pages lists the files below docs/checks, by slash-separated names below root.
func pages(root string) ([]string, error) {
	var names []string
	list, err := filepath.Glob(filepath.Join(root, pagesDir, "*"))
	for _, file := range list {
		names = append(names, pagesDir+"/"+filepath.Base(file))
	}
	return names, err
}

package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed template
var templates embed.FS

var word = regexp.MustCompile(`^[a-z]+$`)

// scaffold writes the files of a new check below root, all or none.
func scaffold(root, name string) error {
	if !word.MatchString(name) {
		return fmt.Errorf("%q: the name of a check is one lower-case word for the bad thing, such as bodyleak", name)
	}
	if use := usedAs(name); use != "" {
		return fmt.Errorf("%q is %s: take another name, one word for the bad thing, such as bodyleak", name, use)
	}
	catalogue := filepath.Join(root, "analyzers", "analyzers.go")
	old, err := os.ReadFile(catalogue)
	if err != nil {
		return err
	}
	listed, err := addToCatalogue(string(old), name)
	if err != nil {
		return fmt.Errorf("%s: %w", catalogue, err)
	}
	files := map[string]string{catalogue: listed}
	for template, file := range map[string]string{
		"check.go.txt":      filepath.Join("passes", name, name+".go"),
		"check_test.go.txt": filepath.Join("passes", name, name+"_test.go"),
		"fixture.go.txt":    filepath.Join("testdata", "src", name, name+".go"),
	} {
		text, err := templates.ReadFile("template/" + template)
		if err != nil {
			return err
		}
		file = filepath.Join(root, file)
		if _, err := os.Stat(filepath.Dir(file)); err == nil {
			return fmt.Errorf("%s is there already", filepath.Dir(file))
		}
		files[file] = strings.ReplaceAll(string(text), "NAME", name)
	}
	for file, text := range files {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

var (
	importLine = regexp.MustCompile(`(?m)^\t"github\.com/apivet/apivet/passes/[a-z]+"\n`)
	entryLine  = regexp.MustCompile(`(?m)^\t\t\{[a-z]+\.Spec, [a-z]+\.Analyzer\},\n`)
)

// addToCatalogue adds a check to the source of the catalogue, whose lists are
// in alphabetical order.
func addToCatalogue(source, name string) (string, error) {
	importOf := fmt.Sprintf("\t\"github.com/apivet/apivet/passes/%s\"\n", name)
	entryOf := fmt.Sprintf("\t\t{%[1]s.Spec, %[1]s.Analyzer},\n", name)
	if strings.Contains(source, importOf) {
		return "", fmt.Errorf("%s is in the catalogue already", name)
	}
	var err error
	for _, add := range []struct {
		lines *regexp.Regexp
		line  string
	}{{importLine, importOf}, {entryLine, entryOf}} {
		if source, err = addLine(source, add.lines, add.line); err != nil {
			return "", err
		}
	}
	formatted, err := format.Source([]byte(source))
	if err != nil || !bytes.Equal(formatted, []byte(source)) {
		return "", fmt.Errorf("adding %s to it does not give formatted Go source: %w", name, err)
	}
	return source, nil
}

// addLine puts a line among those that match, in order.
func addLine(source string, lines *regexp.Regexp, line string) (string, error) {
	found := lines.FindAllStringIndex(source, -1)
	if len(found) == 0 {
		return "", fmt.Errorf("it has no line like %q", strings.TrimSpace(line))
	}
	i := slices.IndexFunc(found, func(at []int) bool { return source[at[0]:at[1]] > line })
	at := found[len(found)-1][1]
	if i >= 0 {
		at = found[i][0]
	}
	return source[:at] + line + source[at:], nil
}

// Package config holds what a run is asked to do: what .apivet.yaml says, and
// what flags say, which win over it. Checks read it as the result of
// [Analyzer], so that every driver can set it without package-level state of
// its own.
//
// Facts never depend on it: drivers keep them in caches that know nothing of
// configurations.
package config

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A Config is the settings for one package.
type Config struct {
	// Notes asks for findings of severity note too.
	Notes bool
	// Suffix ends each message with " (checkname)", for doors whose text
	// shows neither the check nor its page.
	Suffix bool
	// Suggested makes findings carry the fixes that want to be read before they
	// are committed, beside those that are safe.
	Suggested bool
	// Browser says that the packages are type-checked for GOOS=js, so that
	// facts about what a browser loads are wanted. It is for drivers that do not
	// run in that environment themselves; facts may depend on it, since they
	// depend on the platform anyway.
	Browser bool
	// Known are the names of all checks; none where the driver does not tell.
	Known []string

	// Providers are the vendors that the package's module knows.
	Providers *provider.Set
	// Provider is the name of the vendor that the package is bound to, or "".
	Provider string
	// Libraries is what the module knows of libraries. Facts must not depend on
	// it.
	Libraries *library.Set

	// Err is what is wrong with the configuration; no check can run then. It is
	// no error of the analyzer, whose dependents would only say that it failed.
	Err error

	file  *resolved
	asked []string // checks that the command line names, which wins over the file
}

// Runs reports whether findings of a check are wanted.
func (c *Config) Runs(check string) bool {
	return slices.Contains(c.asked, check) || c.file.Runs(check)
}

// SeverityOf returns the severity that the configuration gives a check's
// findings, or "".
func (c *Config) SeverityOf(check string) string { return c.file.Severity[check] }

// Tests reports whether findings in test files are wanted.
func (c *Config) Tests() bool { return c.file.Tests != nil && *c.file.Tests }

// Generated reports whether findings in generated files are wanted.
func (c *Config) Generated() bool { return c.file.Generated != nil && *c.file.Generated }

// Excludes reports whether findings of a check in a file are not wanted.
func (c *Config) Excludes(filename, check string) bool {
	if len(c.file.Exclude) == 0 {
		return false
	}
	rel, err := filepath.Rel(c.file.root, filename)
	if err != nil || strings.HasPrefix(rel, "..") {
		return false
	}
	return c.file.excludes(filepath.ToSlash(rel), check)
}

package httpmodel

import "github.com/apivet/apivet/internal/httpfacts"

// BrowserSecrets returns the hard-coded credentials that the package, the main
// one of a program for browsers, can reach in its own code and in that of its
// imports. It is empty in builds for other platforms.
func (m *Model) BrowserSecrets() []httpfacts.BrowserSecret { return m.facts.BrowserSecrets() }

// HardcodedSecrets returns the constants of a program that is not for browsers
// that become credentials in the package.
func (m *Model) HardcodedSecrets() []httpfacts.HardcodedSecret { return m.facts.HardcodedSecrets() }

// ServedSecrets returns the credentials in embedded files that the package
// serves to any browser that asks.
func (m *Model) ServedSecrets() []httpfacts.ServedSecret { return m.facts.ServedSecrets() }

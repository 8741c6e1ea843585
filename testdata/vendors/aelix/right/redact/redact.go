// Package redact hides credentials in text that is about to be logged or shown.
package redact

import (
	"regexp"
	"strings"
)

var key = regexp.MustCompile(`\b(ak_live_|rt_)[A-Za-z0-9]{8,}`)

// Text replaces every credential in s.
func Text(s string) string { return key.ReplaceAllString(s, "${1}…") }

// specimen is a revoked key: only SelfCheck reads it, and no browser runs that.
const specimen = "ak_live_q8Zr2VtXw7LmNc4KpB9sHd3F"

// SelfCheck reports whether Text still hides what it should.
func SelfCheck() bool { return !strings.Contains(Text("key "+specimen), specimen) }

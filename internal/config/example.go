package config

import (
	"strings"
)

// A setting is a key of the configuration with an example.
type setting struct {
	about string // what it is for, in lines
	yaml  string // an example
	// own says that the example names things that only some project has, so
	// that it is of no use as it stands.
	own bool
}

var exampleSettings = []setting{
	{
		about: "The only checks to run; without this key all of them do. `apivet list` names them.",
		yaml:  "checks: [bodyleak, statusunchecked, errordetails]",
		own:   true,
	},
	{
		about: "Checks that do not run.",
		yaml:  "disable: [noretry]",
		own:   true,
	},
	{
		about: "Another severity than a check's own: error, warning or note. Notes fail no build.",
		yaml:  "severity:\n  errordetails: error",
	},
	{
		about: "Advice (severity note) too. Under go vet every reported line fails the build.",
		yaml:  "notes: false",
	},
	{
		about: "Findings in test files too.",
		yaml:  "tests: false",
	},
	{
		about: "Findings in generated files too.",
		yaml:  "generated: false",
	},
	{
		about: "Files and folders without findings, of all checks or of some. Paths are relative\n" +
			"to the module's root; ** stands for any number of folders.",
		yaml: "exclude:\n" +
			"  - paths: [third_party, \"**/*.pb.go\"]\n" +
			"  - paths: [cmd/migrate]\n" +
			"    checks: [keepalive]",
	},
	{
		about: "Profiles of vendors that apivet does not know, in the form of\n" +
			"https://github.com/apivet/apivet/tree/main/internal/provider. Their name in bind\n" +
			"and in //apivet:provider is the file's.",
		yaml: "providers: [vendors/acme.yaml]",
		own:  true,
	},
	{
		about: "The vendor that packages talk to, where no constant host tells: import paths, or\n" +
			"folders that start with ./ ; /... stands for all below.",
		yaml: "bind:\n" +
			"  - packages: [./internal/bank/...]\n" +
			"    provider: basiq",
		own: true,
	},
	{
		about: "What a team's own wrappers do, where their code does not show it, in the form of\n" +
			"https://github.com/apivet/apivet/tree/main/internal/library. Numbers are\n" +
			"arguments, the first is 0, and -1 the receiver.",
		yaml: "libraries:\n" +
			"  - packages: [example.com/team/httpx]\n" +
			"    functions:\n" +
			"      Client.Call: {send: {method-arg: 1, url: 2, client: recv, response: http, ctx: 0}}\n" +
			"      Retry: {retry: {operation: 1, on: error, ctx: 0}}\n" +
			"      Close: {close: 0}\n" +
			"      Check: {check: 0}\n" +
			"      SetKey: {set-header: {fixed-name: Authorization, value: 1}}\n" +
			"    types:\n" +
			"      Client: {kind: client, retries: true, fields: {Timeout: timeout}}",
		own: true,
	},
}

// Example returns a configuration that has every key. usable comments out what
// names things that only some project has.
func Example(usable bool) string {
	var b strings.Builder
	for i, s := range exampleSettings {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(prefixed("# ", s.about))
		prefix := ""
		if usable && s.own {
			prefix = "# "
		}
		b.WriteString(prefixed(prefix, s.yaml))
	}
	return b.String()
}

// Initial returns what `apivet init` writes: every key, as a comment.
func Initial() string {
	var b strings.Builder
	b.WriteString("# Configuration of apivet, at the root of the module. Every key is optional:\n" +
		"# https://github.com/apivet/apivet/blob/main/docs/configuration.md\n" +
		"# " + SchemaComment + "\n")
	for _, s := range exampleSettings {
		b.WriteByte('\n')
		b.WriteString(prefixed("# ", s.about))
		b.WriteString(prefixed("# ", s.yaml))
	}
	return b.String()
}

// SchemaComment tells editors where the schema of the configuration is.
const SchemaComment = "yaml-language-server: $schema=https://raw.githubusercontent.com/apivet/apivet/main/docs/apivet.schema.json"

func prefixed(prefix, text string) string {
	return prefix + strings.ReplaceAll(text, "\n", "\n"+prefix) + "\n"
}

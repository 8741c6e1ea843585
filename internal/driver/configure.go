package driver

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/config"
	"github.com/apivet/apivet/internal/strictyaml"
)

// A configured is what a run does by its flags and the main module's
// configuration.
type configured struct {
	file      *config.File
	flags     *runFlags
	asked     []string // checks that run whatever the file says
	analyzers []*analysis.Analyzer
	digest    []byte // of all configurations that the run may read
}

// configure sets the flags of [config.Analyzer] for a run in a folder, and reads
// its configuration, so that a broken one ends the run before it begins.
func (c *cli) configure(dir string, f *runFlags, analyzers []*analysis.Analyzer) (*configured, error) {
	conf := &configured{flags: f, analyzers: analyzers}
	if f.checks != "" {
		conf.asked = names(analyzers)
	}
	for name, value := range map[string]string{
		"notes": f.notes, "asked": strings.Join(conf.asked, ","), "known": strings.Join(c.checkNames(), ","),
	} {
		if err := config.Analyzer.Flags.Set(name, value); err != nil {
			return nil, err
		}
	}
	var err error
	if conf.file, err = config.Load(dir, c.checkNames(), config.File{}); err != nil {
		return nil, relative(err, dir)
	}
	if len(analyzers) > 0 && !slices.ContainsFunc(names(analyzers), conf.runs) {
		return nil, errNoCheck
	}
	conf.digest, err = config.Digest(dir)
	return conf, err
}

// runs reports whether a check runs in the main module.
func (c *configured) runs(check string) bool {
	return slices.Contains(names(c.analyzers), check) && (slices.Contains(c.asked, check) || c.file.Runs(check))
}

// notes reports whether notes are asked for in the main module.
func (c *configured) notes() bool {
	if c.flags.notes != "" {
		return c.flags.notes == "true"
	}
	return c.file.Notes != nil && *c.file.Notes
}

// key is what a result depends on, for the cache.
func (c *configured) key() []string {
	return []string{c.flags.notes, strings.Join(c.asked, ","), fmt.Sprintf("%x", c.digest)}
}

// init writes a configuration for the module of a folder.
func (c *cli) init(dir string, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("init takes no argument, not %q", args[0])
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	name, err := config.Init(dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.stdout, "wrote", name)
	return err
}

// relative names the file of a configuration's error from a folder.
func relative(err error, dir string) error {
	var bad *strictyaml.Error
	if errors.As(err, &bad) {
		return bad.Relative(dir)
	}
	return err
}

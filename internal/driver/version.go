package driver

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/apivet/apivet/internal/library"
	"github.com/apivet/apivet/internal/provider"
)

// A program is where this program comes from.
type program struct {
	module   string // version of the module
	revision string // commit, "" where it is not known
	modified bool   // the work tree had changes
}

func thisProgram() program {
	b := program{module: "(devel)"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.module = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}

// version prints the module version, the commit that the binary was built
// from, and what it knows.
func (c *cli) version(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("version takes no argument %q", args[0])
	}
	b := thisProgram()
	text := fmt.Sprintf("apivet version %s %s %s/%s\n", b.module, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if b.revision != "" {
		text += "revision " + b.revision
		if b.modified {
			text += " with changes"
		}
		text += "\n"
	}
	libraries, err := library.Files()
	if err != nil {
		return err
	}
	vendors, err := provider.Profiles()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%scatalogue %d checks, %d library files, %d vendors\n", text, len(c.catalogue.Specs), len(libraries), len(vendors))
	return err
}

package driver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/term"
)

// An output is where a report goes: a stream, or a file that appears whole or
// not at all.
type output struct {
	w    io.Writer
	name string   // of the file, links followed; "" for a stream
	temp *os.File // beside the file, and to take its place
}

// createOutput opens the file of that name, or what is written to as it is: a
// device or a pipe. It fails where the file could not be written.
func createOutput(name string) (*output, error) {
	real, err := filepath.EvalSymlinks(name)
	if errors.Is(err, fs.ErrNotExist) {
		real = name
	} else if err != nil {
		return nil, err
	}
	mode := fs.FileMode(0o666)
	if info, err := os.Stat(real); err == nil {
		// Taking its place needs no permission on the file itself; asking
		// for it heeds a file that was made read-only.
		f, err := os.OpenFile(real, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return &output{w: f}, nil
		}
		f.Close()
		mode = info.Mode().Perm()
	}
	temp, err := os.OpenFile(fmt.Sprintf("%s.%08x.tmp", real, rand.Uint32()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: errors.Unwrap(err)}
	}
	return &output{w: temp, name: real, temp: temp}, nil
}

// write has the report written and puts it in its place.
func (o *output) write(render func(io.Writer) error) error {
	b := bufio.NewWriter(o.w)
	if err := render(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil || o.temp == nil {
		return err
	}
	if err := o.temp.Close(); err != nil {
		return err
	}
	return os.Rename(o.temp.Name(), o.name)
}

// discard removes what is not in its place. After a whole write it does nothing.
func (o *output) discard() {
	if o.temp != nil {
		o.temp.Close()
		os.Remove(o.temp.Name())
	}
}

// files returns the names of the files that the output makes on its way.
func (o *output) files() []string {
	if o.temp == nil {
		return nil
	}
	return []string{o.temp.Name()}
}

// isTerminal reports whether a stream is a person's terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colored reports whether to write escape sequences to a stream. choice is the
// value of -color.
func colored(w io.Writer, choice string) bool {
	if choice != "auto" {
		return choice == "always"
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

// Package newcode tells which lines of a work tree changed since a revision.
package newcode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/apivet/apivet/internal/report"
)

// Lines are the lines of Go files that changed.
type Lines struct {
	ranges map[string][]span // by absolute file name
	whole  map[string]bool   // files that are new and not yet known to git
}

// A span is a range of lines, both ends included.
type span struct{ first, last int }

// Since returns the lines of the repository around dir that changed since its
// work tree and the revision went apart, commited or not. dir is absolute.
//
// It fails where git does not have the history to tell: to take everything for
// new, or nothing, would be wrong.
func Since(ctx context.Context, dir, revision string) (*Lines, error) {
	up, err := git(ctx, dir, "rev-parse", "--show-cdup")
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, filepath.FromSlash(strings.TrimSpace(string(up))))
	commit, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("%s is no revision in this clone; a shallow clone needs more history (fetch-depth: 0)", revision)
	}
	base, err := git(ctx, dir, "merge-base", strings.TrimSpace(string(commit)), "HEAD")
	if err != nil {
		return nil, fmt.Errorf("%s and HEAD have no commit in common in this clone; a shallow clone needs more history (fetch-depth: 0)", revision)
	}
	diff, err := git(ctx, dir, "diff", "--unified=0", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative",
		"--src-prefix=a/", "--dst-prefix=b/", "--diff-filter=d", strings.TrimSpace(string(base)), "--", ":/*.go")
	if err != nil {
		return nil, err
	}
	untracked, err := git(ctx, dir, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":/*.go")
	if err != nil {
		return nil, err
	}
	l := &Lines{ranges: make(map[string][]span), whole: make(map[string]bool)}
	for name := range strings.SplitSeq(string(untracked), "\x00") {
		l.whole[filepath.Join(root, filepath.FromSlash(name))] = true
	}
	return l, l.add(root, diff)
}

// add takes the new lines of a diff.
func (l *Lines) add(root string, diff []byte) error {
	files, _, err := gitdiff.Parse(bytes.NewReader(diff))
	if err != nil {
		return fmt.Errorf("output of git diff: %w", err)
	}
	for _, f := range files {
		name := filepath.Join(root, filepath.FromSlash(f.NewName))
		for _, t := range f.TextFragments {
			if t.NewLines > 0 {
				l.ranges[name] = append(l.ranges[name], span{int(t.NewPosition), int(t.NewPosition + t.NewLines - 1)})
			}
		}
	}
	return nil
}

// has reports whether one of the lines changed.
func (l *Lines) has(file string, first, last int) bool {
	if l.whole[file] {
		return true
	}
	for _, s := range l.ranges[file] {
		if first <= s.last && s.first <= last {
			return true
		}
	}
	return false
}

// Touches reports whether a line of the finding changed, or one of those that
// explain it.
func (l *Lines) Touches(f *report.Finding) bool {
	if l.has(f.Pos.Filename, f.Pos.Line, max(f.Pos.Line, f.End.Line)) {
		return true
	}
	for _, rel := range f.Related {
		if l.has(rel.Pos.Filename, rel.Pos.Line, rel.Pos.Line) {
			return true
		}
	}
	return false
}

// git returns the output of a git command. Its error has the words of git.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return out, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if text := strings.TrimSpace(stderr.String()); text != "" {
		return nil, errors.New("git: " + strings.TrimPrefix(text, "fatal: "))
	}
	return nil, fmt.Errorf("git %s: %w", args[0], err)
}

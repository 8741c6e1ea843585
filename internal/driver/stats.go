package driver

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/tools/go/analysis/checker"

	"github.com/apivet/apivet/internal/httpmodel"
)

// A runStats is what -stats prints: what was read, what the model knows of it,
// and where the time went.
type runStats struct {
	packages int // with findings, had there been any
	source   int // read from source, those of dependencies included
	known    int // all
	model    httpmodel.Stats
	times    []timing
}

type timing struct {
	name string
	took time.Duration
}

// clock returns a function that adds the time since the last call.
func (s *runStats) clock() func(name string) {
	if s == nil {
		return func(string) {}
	}
	last := time.Now()
	return func(name string) {
		now := time.Now()
		s.times = append(s.times, timing{name, now.Sub(last)})
		last = now
	}
}

// graph counts the packages of a graph.
func (s *runStats) graph(g *graph) {
	for _, n := range g.nodes {
		s.known++
		if n.source && !n.typesOnly {
			s.source++
		}
	}
}

// actions adds what the models of the packages answered.
func (s *runStats) actions(g *checker.Graph) {
	for _, act := range g.Roots {
		if m, ok := act.Result.(*httpmodel.Model); ok {
			s.model.Add(m.Stats())
		}
	}
}

// write prints the statistics.
func (s *runStats) write(w io.Writer) error {
	fmt.Fprintf(w, "packages: %d analysed; %d of %d read from source\n", s.packages, s.source, s.known)
	fmt.Fprintf(w, "requests: %d; of these a bound was hit for %d\n", s.model.Sends, s.model.Bounded)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight|tabwriter.TabIndent)
	if len(s.model.Answers) > 0 {
		fmt.Fprintln(t, "yes\tno\tunknown\t")
	}
	for _, name := range slices.Sorted(maps.Keys(s.model.Answers)) {
		a := s.model.Answers[name]
		fmt.Fprintf(t, "%d\t%d\t%d\t  %s?\n", a.Yes, a.No, a.Unknown, name)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	var parts []string
	for _, tm := range s.times {
		parts = append(parts, fmt.Sprintf("%s %.2fs", tm.name, tm.took.Seconds()))
	}
	_, err := fmt.Fprintf(w, "time: %s\n", strings.Join(parts, ", "))
	return err
}

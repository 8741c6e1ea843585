package driver

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"
	"golang.org/x/tools/go/analysis"
)

const (
	progressAfter = time.Second // a run that takes less shows nothing
	progressEvery = 200 * time.Millisecond
)

// A progress tells a person at a terminal how far a run is, on a line that it
// clears in the end. A nil progress is silent.
type progress struct {
	stage atomic.Pointer[stage]
	stop  func()
}

// A stage is a part of the run.
type stage struct {
	name  string
	total int
	done  atomic.Int64
}

// newProgress starts to show progress on w if that is a terminal. The caller
// ends it.
func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok || !isTerminal(w) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	p := new(progress)
	quit, done := make(chan struct{}), make(chan struct{})
	p.stop = sync.OnceFunc(func() {
		close(quit)
		<-done
	})
	go func() {
		defer close(done)
		next, shown := time.After(progressAfter), false
		for {
			select {
			case <-quit:
				if shown {
					fmt.Fprint(w, clearLine)
				}
				return
			case <-next:
				width, _, err := term.GetSize(int(f.Fd()))
				if err != nil || width < 10 {
					width = 80
				}
				fmt.Fprint(w, clearLine+p.text(width-1))
				next, shown = time.After(progressEvery), true
			}
		}
	}()
	return p
}

// clearLine goes to the first column and erases the line.
const clearLine = "\r\x1b[K"

// end clears the line and shows nothing more.
func (p *progress) end() {
	if p != nil {
		p.stop()
	}
}

// begin starts a stage of so many steps, 0 where their number is not known.
func (p *progress) begin(name string, total int) {
	if p != nil {
		p.stage.Store(&stage{name: name, total: total})
	}
}

// step says that a step of the stage is done.
func (p *progress) step() {
	if p != nil {
		p.stage.Load().done.Add(1)
	}
}

// text is what the line shows, cut to a width.
func (p *progress) text(width int) string {
	s := p.stage.Load()
	if s == nil {
		return ""
	}
	text := "apivet: " + s.name
	if s.total > 0 {
		text += fmt.Sprintf(" %d/%d", s.done.Load(), s.total)
	}
	return text[:min(len(text), width)]
}

// after returns an analyzer that steps when the others are done with a package.
func (p *progress) after(analyzers []*analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     "apivetprogress",
		Doc:      "apivetprogress counts packages",
		Requires: analyzers,
		Run: func(*analysis.Pass) (any, error) {
			p.step()
			return nil, nil
		},
	}
}

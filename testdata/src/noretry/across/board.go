package across

import (
	"errors"

	"github.com/go-resty/resty/v2"
)

// board repeats unless an option sets the count to none.
type board struct{ rc *resty.Client }

type boardOption func(*board)

func withoutRetries() boardOption { return func(b *board) { b.rc.SetRetryCount(0) } }

func newBoard(opts ...boardOption) *board {
	b := &board{rc: resty.New().SetBaseURL("https://api.example.com").SetRetryCount(3)}
	for _, opt := range opts {
		opt(b)
	}
	return b
}

func newQuick() *board { return newBoard(withoutRetries()) }

func (b *board) load(v any) error {
	resp, err := b.rc.R().SetResult(v).Get("/v1/board") // want `does not retry, the others do`
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.String())
	}
	return nil
}

// shelf sets its count in a statement of its own.
type shelf struct{ rc *resty.Client }

func newShelf() *shelf {
	s := &shelf{rc: resty.New()}
	s.rc.SetRetryCount(3)
	return s
}

func (s *shelf) load(v any) error {
	resp, err := s.rc.R().SetResult(v).Get("https://api.example.com/v1/shelf")
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.String())
	}
	return nil
}

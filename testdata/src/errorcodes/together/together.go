// Package together goes round a loop with codes that no attempt mends.
package together

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v4"
)

type Problem struct {
	HTTP int
	Num  int    `json:"error_code"`
	Text string `json:"error"`
}

func (p *Problem) Error() string { return fmt.Sprintf("flanks %d/%d: %s", p.HTTP, p.Num, p.Text) }

func fetch(ctx context.Context, token string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, "POST", "https://api.flanks.io/v0/bank/credentials/data", strings.NewReader(token))
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		p := &Problem{HTTP: res.StatusCode}
		if err := json.NewDecoder(res.Body).Decode(p); err != nil {
			return "", err
		}
		return "", p
	}
	var out struct{ Data string }
	return out.Data, json.NewDecoder(res.Body).Decode(&out)
}

// The pause stands behind the switch.
func pauseBehind(ctx context.Context, token string) (string, error) {
	for n := 1; n <= 6; n++ {
		data, err := fetch(ctx, token)
		if err == nil {
			return data, nil
		}
		var p *Problem
		if !errors.As(err, &p) {
			return "", err
		}
		switch p.Num {
		case 20002, 50001, 50003: // want `50003 is tried again like 20002`
		default:
			return "", err
		}
		time.Sleep(time.Duration(n) * time.Second)
	}
	return "", errors.New("still nothing")
}

// The timer is in a select.
func inSelect(ctx context.Context, token string) (string, error) {
	wait := time.Second
	for {
		data, err := fetch(ctx, token)
		var p *Problem
		if errors.As(err, &p) && (p.Num == 20002 || p.Num == 40001) { // want `40001 is tried again like 20002`
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(wait):
				wait *= 2
				continue
			}
		}
		return data, err
	}
}

// It calls itself.
func recursive(ctx context.Context, token string, left int) (string, error) {
	data, err := fetch(ctx, token)
	var p *Problem
	if !errors.As(err, &p) || left == 0 {
		return data, err
	}
	switch p.Num {
	case 20002, 20003, 50002: // want `50002 is tried again like 20002`
		time.Sleep(time.Second)
		return recursive(ctx, token, left-1)
	default:
		return "", err
	}
}

// A library repeats what it does not call permanent.
func library(ctx context.Context, token string) error {
	return backoff.Retry(func() error {
		_, err := fetch(ctx, token)
		var p *Problem
		if errors.As(err, &p) {
			switch p.Num {
			case 20002, 50001, 40001: // want `40001 is tried again like 20002`
				return err
			default:
				return backoff.Permanent(err)
			}
		}
		return err
	}, backoff.NewExponentialBackOff())
}

func libraryRight(ctx context.Context, token string) error {
	return backoff.Retry(func() error {
		_, err := fetch(ctx, token)
		var p *Problem
		if errors.As(err, &p) {
			switch p.Num {
			case 20002, 50001:
				return err
			default:
				return backoff.Permanent(err)
			}
		}
		return err
	}, backoff.NewExponentialBackOff())
}

// How long to wait: not at all would be right.
func delayFor(num int) time.Duration {
	switch num {
	case 20002, 20003, 50002: // want `50002 is tried again like 20002`
		return 5 * time.Second
	case 50001:
		return time.Minute
	}
	return 0
}

type verdict struct {
	Retry   bool
	AskUser bool
	After   time.Duration
}

func judge(p *Problem) verdict {
	switch p.Num {
	case 20002, 50001, 50003: // want `50003 is tried again like 20002`
		return verdict{Retry: true, After: time.Minute}
	case 50002:
		return verdict{AskUser: true}
	default:
		return verdict{}
	}
}

var errTransient = errors.New("transient")

func mark(p *Problem) error {
	switch p.Num {
	case 20002, 50001, 50002: // want `50002 is tried again like 20002`
		return fmt.Errorf("%w: %v", errTransient, p)
	}
	return p
}

// A label jumps back.
func jumps(ctx context.Context, token string) (string, error) {
	tries := 0
again:
	data, err := fetch(ctx, token)
	var p *Problem
	if errors.As(err, &p) && tries < 5 {
		if p.Num == 20002 || p.Num == 50003 { // want `50003 is tried again like 20002`
			tries++
			time.Sleep(time.Second)
			goto again
		}
	}
	return data, err
}

// Right: each kind has a way of its own.
func apart(ctx context.Context, token string, ask func(string)) (string, error) {
	for n := 1; n <= 6; n++ {
		data, err := fetch(ctx, token)
		if err == nil {
			return data, nil
		}
		var p *Problem
		if !errors.As(err, &p) {
			return "", err
		}
		switch p.Num {
		case 20002, 20003, 50001:
		case 50002, 50003:
			ask(p.Text)
			return "", err
		default:
			return "", err
		}
		time.Sleep(time.Duration(n) * time.Second)
	}
	return "", errors.New("still nothing")
}

// Right: what is asked of the user is asked before the next attempt.
func askedThenAgain(ctx context.Context, ask func(string) string) (string, error) {
	token := ask("password")
	for range 3 {
		data, err := fetch(ctx, token)
		var p *Problem
		if errors.As(err, &p) {
			switch p.Num {
			case 50002, 50003:
				token = ask("password, once more")
				continue
			default:
				return "", err
			}
		}
		return data, err
	}
	return "", errors.New("refused")
}

// Right: the zero says not to wait.
func pauseOf(num int) time.Duration {
	switch num {
	case 40001, 50002, 50003:
		return 0
	case 20002, 20003, 50001:
		return time.Minute
	}
	return 0
}

// persist calls f until it says that it need not be called again.
func persist(f func() (again bool, err error)) error {
	for {
		again, err := f()
		if !again {
			return err
		}
		time.Sleep(time.Second)
	}
}

// The result's name says what the yes is for.
func persisted(ctx context.Context, token string) error {
	return persist(func() (bool, error) {
		_, err := fetch(ctx, token)
		var p *Problem
		if !errors.As(err, &p) {
			return false, err
		}
		switch p.Num {
		case 20002, 40001: // want `40001 is tried again like 20002`
			return true, p
		default:
			return false, p
		}
	})
}

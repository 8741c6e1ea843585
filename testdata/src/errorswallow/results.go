package errorswallow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

type job struct {
	ID    string
	State string
	Tries int
}

// find returns nil with every error.
func (c *client) find(id string) (*job, error) {
	resp, err := c.hc.Get("https://api.example.com/v1/jobs/" + id)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	var j job
	if err := decode(resp.Body, &j); err != nil {
		return nil, err
	}
	return &j, nil
}

// peek returns what it has with an error.
func (c *client) peek(id string) (j *job, err error) {
	j, err = c.find(id)
	if j == nil {
		j = &job{}
	}
	return j, err
}

func (c *client) exists(id string) (bool, error) {
	j, err := c.find(id)
	return j != nil, err
}

func (c *client) balance(id string) (int, error) {
	j, err := c.find(id)
	if err != nil {
		return 0, err
	}
	return j.Tries, nil
}

func (c *client) list() ([]job, error) {
	j, err := c.find("")
	if err != nil {
		return nil, err
	}
	return []job{*j}, nil
}

func (c *client) state(id string) string {
	j, err := c.find(id)
	if err != nil {
		log.Print(err)
	}
	return j.State // want `the result of find is nil when the call fails`
}

// The second error is never looked at.
func (c *client) move(id string) (j *job, err error) {
	run(func() error {
		j, err = c.peek(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	j, err = c.peek(id)
	return j, c.keep(j) // want `the result of peek is used here and its error is never looked at on this path`
}

func (c *client) keep(j *job) error {
	c.seen[j.ID] = j.Tries
	return nil
}

func run(f func() error) error { return f() }

// The literal writes the error before anybody looks at it.
func (c *client) waited(id string) error {
	j, err := c.peek(id)
	run(func() error {
		err = c.keep(j) // want `its error is never looked at on this path`
		return nil
	})
	if err != nil {
		return err
	}
	return nil
}

func (c *client) waitedRight(id string) error {
	j, err := c.peek(id)
	if err != nil {
		return err
	}
	run(func() error {
		err = c.keep(j)
		return nil
	})
	return err
}

// A failure looks like a job that is not there.
func (c *client) ensure(id string) error {
	ok, _ := c.exists(id) // want `the error of exists is dropped and its result used`
	if !ok {
		return c.create(id)
	}
	return nil
}

func (c *client) create(id string) error { return nil }

func (c *client) total(ids []string) int {
	sum := 0
	for _, id := range ids {
		n, err := c.balance(id)
		if err != nil {
			log.Printf("%s: %v", id, err)
		}
		sum += n // want `the error of balance is at most logged, and its result used here`
	}
	return sum
}

func (c *client) totalSkips(ids []string) int {
	sum := 0
	for _, id := range ids {
		n, err := c.balance(id)
		if err != nil {
			log.Printf("%s: %v", id, err)
			continue
		}
		sum += n
	}
	return sum
}

func (c *client) totalCounts(ids []string) (sum, failed int) {
	for _, id := range ids {
		n, err := c.balance(id)
		if err != nil {
			failed++
		}
		sum += n
	}
	return sum, failed
}

// There is another value for a failure.
func (c *client) fallback(id string) int {
	n, err := c.balance(id)
	if err != nil {
		log.Print(err)
		n = -1
	}
	return n + 1
}

func (c *client) collected(ids []string) (int, error) {
	var errs []error
	sum := 0
	for _, id := range ids {
		n, err := c.balance(id)
		errs = append(errs, err)
		sum += n
	}
	return sum, errors.Join(errs...)
}

// Nothing is done for an empty list.
func (c *client) each() {
	jobs, err := c.list()
	if err != nil {
		log.Print(err)
	}
	for _, j := range jobs {
		log.Print(j.ID)
	}
}

// Whether there is a result is looked at.
func (c *client) optional(id string) string {
	n, _ := c.balance(id)
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

func (c *client) wait(ctx context.Context, id string) error {
	for {
		done, err := c.exists(id) // want `what exists returns ends the wait before its error is looked at: a failure is reported as done; look at the error first`
		if done || errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (c *client) waitRight(ctx context.Context, id string) error {
	for {
		done, err := c.exists(id)
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// Not a request.
func (c *client) local() string {
	s, _ := c.name()
	return s + "!"
}

func (c *client) name() (string, error) { return "", nil }

// A helper that ends the program through another one.
func check(hc *http.Client) int {
	resp, err := hc.Get("https://api.example.com/health")
	if err != nil {
		printAndQuit(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func printAndQuit(err error) {
	log.Print(err)
	quit()
}

func quit() { os.Exit(1) }

func checkOn(hc *http.Client) int {
	resp, err := hc.Get("https://api.example.com/health")
	if err != nil {
		printOn(err)
	}
	defer resp.Body.Close() // want `the result of Get is nil when the call fails`
	return resp.StatusCode
}

func printOn(err error) {
	if err == io.EOF {
		quit()
	}
	log.Print(err)
}

// feed carries its error to whoever reads it.
type feed struct {
	resp *http.Response
	err  error
}

func (c *client) open(url string) (*feed, error) {
	resp, err := http.Get(url)
	if err != nil {
		return new(feed), err
	}
	return &feed{resp: resp}, nil
}

func (c *client) feed(url string) *feed {
	f, err := c.open(url)
	if err != nil {
		f.err = err
	}
	return f
}

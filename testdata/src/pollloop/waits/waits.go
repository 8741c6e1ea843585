// Package waits has polls that are described, and operations that are over.
package waits

import (
	"errors"
	"fmt"
	"net/http"
)

// A Wait describes a poll.
type Wait struct {
	Pending []string
	Target  []string
	Refresh func() (any, string, error)
}

func (w *Wait) For() (any, error) { return nil, nil }

type job struct {
	Status string
	Error  string
}

func read(c *http.Client) (job, error) {
	resp, err := c.Get("https://api.example.com/job")
	if err != nil {
		return job{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return job{}, errors.New(resp.Status)
	}
	return job{}, nil
}

func wait(c *http.Client) error {
	w := &Wait{
		Pending: []string{"InProgress"},
		Target:  []string{"Success"},
		Refresh: func() (any, string, error) {
			j, err := read(c)
			if err != nil {
				return nil, "", err
			}
			if j.Status == "failed" { // want `"failed" is written unlike the other states`
				return nil, "", errors.New(j.Error)
			}
			return j, j.Status, nil
		},
	}
	_, err := w.For()
	return err
}

func waitRight(c *http.Client) error {
	w := &Wait{
		Pending: []string{"InProgress"},
		Target:  []string{"Success"},
		Refresh: func() (any, string, error) {
			j, err := read(c)
			if err != nil {
				return nil, "", err
			}
			if j.Status == "Failed" {
				return nil, "", errors.New(j.Error)
			}
			return j, j.Status, nil
		},
	}
	_, err := w.For()
	return err
}

// Operation is what the service does by and by.
type Operation struct {
	Name   string
	Status string
	Error  *Failure
}

type Failure struct{ Message string }

type result struct{ done bool }

func build(op *Operation) (*result, error) {
	if op.Status == "DONE" { // want `"DONE" is taken for a success: a failed Operation is over, too, and its field Error is read nowhere`
		return &result{true}, nil
	}
	return nil, fmt.Errorf("not handled: %v", op)
}

// Task goes back to the caller.
type Task struct {
	State string
	Error string
}

func last(list []*Task) *Task {
	for _, t := range list {
		if t.State == "completed" {
			return t
		}
	}
	return nil
}

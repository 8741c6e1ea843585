package app

import (
	"errors"
	"log"
	"net/http"

	"errorswallow/sdk"
)

// The answer is nil where there was none: the status of a failure cannot be read from it.
func read(c *sdk.Client, id string) (*sdk.App, error) {
	a, resp, err := c.Get(id)
	if err != nil {
		if resp.StatusCode == http.StatusNotFound { // want `the result of Get is nil when the call fails`
			return nil, nil
		}
		return nil, err
	}
	return a, nil
}

func readRight(c *sdk.Client, id string) (*sdk.App, error) {
	a, resp, err := c.Get(id)
	if err != nil {
		if resp != nil && resp.StatusCode == http.StatusNotFound {
			return nil, nil
		}
		return nil, err
	}
	return a, nil
}

func name(c *sdk.Client) string {
	a, err := c.Find("main")
	if err != nil {
		log.Println(err)
	}
	return a.Name // want `the result of Find is nil when the call fails`
}

func nameOf(apps sdk.Apps) string {
	a, _ := apps.Find("main")
	return a.Name // want `the error of Find is dropped and its result used`
}

func send(c *http.Client, req *http.Request) error {
	resp, err := c.Do(req)
	defer sdk.Done(resp) // want `what is called here uses it`
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

func drop(c *sdk.Client, id string) error {
	err := c.Delete(id)
	var e *sdk.Error
	if errors.As(err, &e) && e.Response.StatusCode == http.StatusNotFound { // want `the answer in Response is nil when the error tells of a call without one`
		return nil
	}
	return err
}

func dropAnswered(c *sdk.Client, id string) error {
	err := c.Delete(id)
	if a, ok := err.(sdk.Answered); ok && a.Answer().StatusCode == http.StatusNotFound { // want `the answer in Answer is nil`
		return nil
	}
	return err
}

func dropRight(c *sdk.Client, id string) error {
	err := c.Delete(id)
	if a, ok := err.(sdk.Answered); ok && a.Answer() != nil && a.Answer().StatusCode == http.StatusNotFound {
		return nil
	}
	var e *sdk.Error
	if errors.As(err, &e) {
		if e.Response == nil {
			return err
		}
		if e.Response.StatusCode == http.StatusNotFound {
			return nil
		}
	}
	var r *sdk.Refused
	if errors.As(err, &r) && r.Response.StatusCode == http.StatusConflict {
		return nil
	}
	return err
}

// Each flag of the loop is made from the other one.
func flags(c *sdk.Client, ids []string) int {
	first, second := true, false
	n := 0
	for _, id := range ids {
		err := c.Delete(id)
		var e *sdk.Error
		if errors.As(err, &e) && first && e.Response.StatusCode == http.StatusNotFound { // want `the answer in Response is nil`
			n++
		}
		first, second = second, first
	}
	return n
}

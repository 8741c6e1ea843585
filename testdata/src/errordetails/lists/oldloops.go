//go:build go1.21

package lists

import "errors"

// Before Go 1.22 a loop has one variable for all its rounds, and each entry
// is copied to it.

type trouble struct {
	Message string `json:"message"`
	Causes  []struct {
		Code string `json:"code"`
	} `json:"causes"`
}

type troubles struct {
	Errors []trouble `json:"errors"`
}

func (p *troubles) missing() bool {
	for _, e := range p.Errors {
		for _, c := range e.Causes {
			if c.Code == "NOT_FOUND" {
				return true
			}
		}
	}
	return false
}

func (p *troubles) lastOne() error {
	var last error
	for _, e := range p.Errors {
		last = errors.New(e.Message) // want `each entry of Errors takes the place of the one before`
	}
	return last
}

package provider

import (
	"fmt"
	"slices"
)

// A Remedy is what an error code asks the program for.
type Remedy string

const (
	Wait    Remedy = "wait"    // what is asked for is being made: ask whether it is there
	Retry   Remedy = "retry"   // send the same request again, later
	User    Remedy = "user"    // the user has to do something
	Mend    Remedy = "mend"    // the request is wrong
	Renew   Remedy = "renew"   // another token is needed
	Done    Remedy = "done"    // what the request is for has been done before
	Stop    Remedy = "stop"    // no further attempt will help
	Support Remedy = "support" // the vendor's support, or an operator, has to look at it
)

var remedies = []Remedy{Wait, Retry, User, Mend, Renew, Done, Stop, Support}

// Codes are error codes that ask for the same.
type Codes struct {
	Asks     Remedy   `yaml:"asks"`
	Codes    []string `yaml:"codes"`
	Evidence `yaml:",inline"`
}

func (p *Profile) checkCodes() error {
	seen := map[string]bool{}
	for _, c := range p.Codes {
		if !slices.Contains(remedies, c.Asks) || len(c.Codes) == 0 {
			return fmt.Errorf("codes: asks %q is not one of %v, or it has no codes", c.Asks, remedies)
		}
		for _, code := range c.Codes {
			if code == "" || seen[code] {
				return fmt.Errorf("codes: %q is empty or there twice", code)
			}
			seen[code] = true
		}
	}
	return nil
}

// Remedy returns what one of the vendor's error codes asks for, or "".
func (p *Profile) Remedy(code string) Remedy {
	for _, c := range p.Codes {
		if slices.Contains(c.Codes, code) {
			return c.Asks
		}
	}
	return ""
}

// A Repeated is a vendor's answer to a request whose idempotency key it knows.
type Repeated struct {
	Header   string `yaml:"header"` // that carries the key
	Status   int    `yaml:"status"`
	Code     string `yaml:"code"` // the error code, if it has one of its own
	Evidence `yaml:",inline"`
}

// SaysConflict reports whether the vendor documents an answer to a request for
// what has been done before.
func (p *Profile) SaysConflict() bool {
	return len(p.Exists) > 0 || p.Repeated != nil || slices.ContainsFunc(p.Codes, func(c Codes) bool { return c.Asks == Done })
}

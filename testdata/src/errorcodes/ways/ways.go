// Package ways decides on Flanks' codes in more roundabout ways.
package ways

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"
)

type step string

const (
	wait   step = "wait"
	ask    step = "ask"
	broken step = "broken"
)

var plan = map[int]step{20001: broken, 20002: wait, 50003: ask}

type status struct {
	Code  int    `json:"error_code"`
	Text  string `json:"error"`
	Found []int  `json:"found"`
}

func get(c *http.Client, path string) (s status, err error) {
	resp, err := c.Post("https://api.flanks.io/v0"+path, "application/json", strings.NewReader("{}"))
	if err != nil {
		return s, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&s)
	return s, err
}

func settle(c *http.Client) error {
	for range 30 {
		s, err := get(c, "/bank/credentials/status")
		if err != nil {
			return err
		}
		next := plan[s.Code] // want `is dropped here: nothing is done and nobody is told`
		if next == wait {
			time.Sleep(10 * time.Second)
			continue
		}
		if next == ask {
			fmt.Println("confirm the access in your bank's app")
			time.Sleep(30 * time.Second)
			continue
		}
		if next == broken {
			return fmt.Errorf("flanks: %s", s.Text)
		}
		return nil
	}
	return errors.New("not settled in time")
}

func settleRight(c *http.Client) error {
	for range 30 {
		s, err := get(c, "/bank/credentials/status")
		if err != nil {
			return err
		}
		if s.Code == 0 {
			return nil
		}
		next := plan[s.Code]
		if next == wait {
			time.Sleep(10 * time.Second)
			continue
		}
		return fmt.Errorf("flanks: %d: %s", s.Code, s.Text)
	}
	return errors.New("not settled in time")
}

type reply struct {
	Holdings []int  `json:"holdings"`
	Code     *int   `json:"error_code"`
	Text     string `json:"error"`
}

func pull(c *http.Client) (*reply, error) {
	resp, err := c.Post("https://api.flanks.io/v0/bank/investments", "application/json", strings.NewReader("{}"))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	r := new(reply)
	return r, json.NewDecoder(resp.Body).Decode(r)
}

func save(holdings []int) error { return nil }

func sync(c *http.Client) error {
	r, err := pull(c)
	if err != nil {
		return err
	}
	if r.Code == nil {
		return save(r.Holdings)
	}
	if *r.Code == 20002 { // want `ends as a nil error here`
		return nil
	} else if *r.Code == 50002 {
		return fmt.Errorf("the password is wrong: %s", r.Text)
	} else if *r.Code == 50003 {
		return fmt.Errorf("the second factor is missing: %s", r.Text)
	}
	return nil
}

func syncRight(c *http.Client) error {
	r, err := pull(c)
	if err != nil {
		return err
	}
	if r.Code == nil {
		return save(r.Holdings)
	}
	if *r.Code == 20002 {
		return nil
	} else if *r.Code == 50002 {
		return fmt.Errorf("the password is wrong: %s", r.Text)
	}
	return fmt.Errorf("flanks: %d: %s", *r.Code, r.Text)
}

type Code int

type kind uint8

const (
	OK kind = iota
	Later
	User
)

func (c Code) kind() kind {
	switch c { // want `a code that is not listed ends as OK here`
	case 20002, 20003:
		return Later
	case 50002, 50003:
		return User
	}
	return OK
}

func (c Code) kindRight() (kind, bool) {
	switch c {
	case 0:
		return OK, true
	case 20002, 20003:
		return Later, true
	case 50002, 50003:
		return User, true
	}
	return 0, false
}

type refused struct {
	Number int    `json:"error_code"`
	Text   string `json:"error"`
}

func (r *refused) Error() string { return r.Text }

func (r *refused) ofBank() bool {
	return r.Number == 50001 || r.Number == 50002 || r.Number == 50003 // want `code 50002 is tried again like 50001`
}

// fromBank says where an error comes from; nothing is tried again for it.
func (r *refused) fromBank() bool { return r.Number == 50001 || r.Number == 50002 }

func cards(c *http.Client) ([]int, error) {
	resp, err := c.Post("https://api.flanks.io/v0/bank/cards", "application/json", strings.NewReader("{}"))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		r := &refused{}
		if err := json.NewDecoder(resp.Body).Decode(r); err != nil {
			return nil, fmt.Errorf("flanks: %s: %w", resp.Status, err)
		}
		return nil, r
	}
	var list []int
	return list, json.NewDecoder(resp.Body).Decode(&list)
}

func allCards(c *http.Client) ([]int, error) {
	delay := 2 * time.Second
	for {
		list, err := cards(c)
		r, ok := err.(*refused)
		if !ok || !r.ofBank() {
			return list, err
		}
		log.Printf("bank trouble (%v), again in %v", r, delay)
		time.Sleep(delay)
		delay = min(delay*2, time.Minute)
	}
}

func cardsOnce(c *http.Client) ([]int, error) {
	list, err := cards(c)
	if r, ok := err.(*refused); ok && r.fromBank() {
		log.Print("the bank's fault")
	}
	return list, err
}

type app struct {
	handlers map[int]func(status) error
	strict   map[int]func(status) error
}

func newApp() *app {
	a := &app{strict: map[int]func(status) error{
		20002: func(s status) error { return errors.New("later") },
		50003: func(s status) error { return errors.New("confirm") },
	}}
	a.handlers = map[int]func(status) error{
		20002: func(s status) error { return errors.New("later") },
		50003: func(s status) error { return errors.New("confirm") },
	}
	return a
}

func (a *app) fault(s status) error {
	if h, ok := a.handlers[s.Code]; ok { // want `ends as a nil error here`
		return h(s)
	}
	return nil
}

func (a *app) faultRight(s status) error {
	if h, ok := a.strict[s.Code]; ok {
		return h(s)
	}
	return fmt.Errorf("flanks: %d: %s", s.Code, s.Text)
}

func (a *app) all(list []status) (int, error) {
	for _, s := range list {
		if err := a.fault(s); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

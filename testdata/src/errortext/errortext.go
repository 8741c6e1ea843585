package errortext

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

type client struct{ hc *http.Client }

type failure struct {
	Status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s: %s", f.Status, f.Code, f.Message) }

// plain is an answer that has no code.
type plain struct {
	Message string `json:"message"`
}

func (c *client) post(url string, in, out any) error {
	resp, err := c.hc.Post(url, "application/json", nil)
	if err != nil {
		return fmt.Errorf("post %s: %w", url, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		var f failure
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil {
			return err
		}
		f.Status = resp.StatusCode
		return &f
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

func (c *client) create(name string) error {
	err := c.post("https://api.example.com/users", name, nil)
	if err != nil && strings.Contains(err.Error(), "already taken") { // want `this decides by the wording of an API's error, which may change any day: the branch is then never taken; compare the status or code of the answer`
		return nil
	}
	return err
}

func (c *client) kinds(name string) (string, error) {
	err := c.post("https://api.example.com/users", name, nil)
	if err == nil {
		return "", nil
	}
	switch {
	case strings.HasPrefix(err.Error(), "403"): // want `wording of an API's error`
		return "forbidden", nil
	case !strings.HasSuffix(strings.ToLower(err.Error()), "try later"): // want `wording of an API's error`
		return "", err
	}
	return "later", nil
}

// In a literal that shares the variable.
func (c *client) command() func() error {
	var err error
	return func() error {
		err = c.post("https://api.example.com/users", nil, nil)
		if err != nil {
			if isTaken(err) {
				return nil
			}
		}
		return err
	}
}

func isTaken(err error) bool {
	return strings.Contains(err.Error(), "already taken") // want `wording of an API's error`
}

// A code is what codes are for.
func (c *client) byCode(name string) error {
	err := c.post("https://api.example.com/users", name, nil)
	var f *failure
	if errors.As(err, &f) && f.Code == "taken" {
		return nil
	}
	return err
}

func (c *client) byMessage(name string) error {
	err := c.post("https://api.example.com/users", name, nil)
	var f *failure
	if errors.As(err, &f) && strings.HasPrefix(f.Message, "The name is taken") { // want `this decides by the wording of Message, which the vendor may change any day: the branch is then never taken; compare Code`
		return nil
	}
	return err
}

// The network has no codes.
func (c *client) network(name string) error {
	err := c.post("https://api.example.com/users", name, nil)
	if err != nil && strings.Contains(err.Error(), "connection refused") {
		return errors.New("is the service up?")
	}
	return err
}

// Not an API's error.
func serve(s *http.Server, l net.Listener) error {
	err := s.Serve(l)
	if err != nil && strings.Contains(err.Error(), "has been stopped") {
		return nil
	}
	return err
}

// The program's own words.
func (c *client) own(name string) error {
	err := c.find(name)
	if err != nil && strings.Contains(err.Error(), "no user of that name") {
		return nil
	}
	return err
}

func (c *client) find(name string) error {
	var users []string
	if err := c.post("https://api.example.com/users/search", name, &users); err != nil {
		return err
	}
	if len(users) == 0 {
		return errors.New("no user of that name")
	}
	return nil
}

// The status is looked at first, and the answer has no code.
func check(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	var p plain
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	if resp.StatusCode == http.StatusBadRequest && strings.Contains(p.Message, "quota") {
		return errors.New("over quota")
	}
	if resp.StatusCode == http.StatusForbidden && resp.Header.Get("X-Remaining") == "0" && strings.HasPrefix(p.Message, "Too many calls") { // want `this decides by the wording of Message, which the vendor may change any day: the branch is then never taken; compare the status`
		return errors.New("slow down")
	}
	return errors.New(p.Message)
}

// A success that has nothing but words.
func (c *client) greets() (bool, error) {
	var p struct {
		Message string `json:"message"`
	}
	resp, err := c.hc.Get("https://api.example.com/hello")
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return false, errors.New(resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return false, err
	}
	return strings.Contains(p.Message, "hello there"), nil
}

// Words that decide nothing.
func shorten(err error) string { return strings.TrimPrefix(err.Error(), "post ") }

// The text is a code, as a whole.
func (c *client) code(name string) error {
	err := c.create(name)
	if err == nil {
		return nil
	}
	switch err.Error() {
	case "name_taken", "name_reserved":
		return nil
	}
	return err
}

// One decision on two wordings.
func (c *client) wordings(name string) error {
	err := c.post("https://api.example.com/users", name, nil)
	if err != nil && (strings.Contains(err.Error(), "already taken") || strings.Contains(err.Error(), "was taken before")) { // want `decides by the wording`
		return nil
	}
	return err
}

// Package nullfield reads answers with members that may be absent.
package nullfield

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
)

type order struct {
	ID      string   `json:"id"`
	Name    *string  `json:"name,omitempty"`
	Note    *string  `json:"note,omitempty"`
	Total   *float64 `json:"total"`
	Parent  *parent  `json:"parent"`
	Carrier *parent  `json:"carrier"`
}

type parent struct {
	ID string `json:"id"`
}

func fetch(c *http.Client, into any) error {
	resp, err := c.Get("https://api.example.com/v1/orders/1")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("order: %s", resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

func get(c *http.Client) (*order, error) {
	var o order
	if err := fetch(c, &o); err != nil {
		return nil, err
	}
	return &o, nil
}

// Decoded and followed.
func decoded(c *http.Client) (string, error) {
	resp, err := c.Get("https://api.example.com/v1/orders/1")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		return "", fmt.Errorf("order: %s", body)
	}
	var o order
	if err := json.Unmarshal(body, &o); err != nil {
		return "", err
	}
	return *o.Name, nil // want `Name is nil when the answer leaves it out`
}

// Decoded by a helper, an element of a list.
func listed(c *http.Client) error {
	var orders []order
	if err := fetch(c, &orders); err != nil {
		return err
	}
	for _, o := range orders {
		log.Printf("%s %s", o.ID, *o.Name) // want `Name is nil when the answer leaves it out`
	}
	return nil
}

// Only the first use is behind a check.
func once(c *http.Client) (float64, error) {
	o, err := get(c)
	if err != nil {
		return 0, err
	}
	if o.Total != nil {
		log.Printf("total %f", *o.Total)
	}
	return *o.Total * 1.2, nil // want `Total may be nil here, as the check above it says`
}

// Followed, then asked.
func late(c *http.Client) (string, error) {
	o, err := get(c)
	if err != nil {
		return "", err
	}
	name := *o.Name // want `Name is followed here and asked whether it is nil only later`
	if o.Name == nil {
		name = "unnamed"
	}
	return name, nil
}

// The one beside it is asked.
func beside(c *http.Client) (string, error) {
	o, err := get(c)
	if err != nil {
		return "", err
	}
	if o.Name != nil {
		log.Print(*o.Name)
	}
	return *o.Note, nil // want `Note may be nil like Name, which is asked for it here`
}

func besideStruct(c *http.Client) (string, error) {
	o, err := get(c)
	if err != nil {
		return "", err
	}
	s := o.Carrier.ID // want `Carrier may be nil like Parent`
	if o.Parent != nil {
		s += o.Parent.ID
	}
	return s, nil
}

type reviewer struct {
	Type *string `json:"type"`
	Who  any     `json:"who"`
}

func (r *reviewer) UnmarshalJSON(data []byte) error {
	type plain reviewer
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	switch *p.Type { // want `Type is nil when the answer leaves it out`
	case "user":
		*r = reviewer(p)
	}
	return nil
}

// From here on all is right.

func asked(c *http.Client) (string, error) {
	var o order
	if err := fetch(c, &o); err != nil {
		return "", err
	}
	if o.Name == nil || *o.Name == "" {
		return o.ID, nil
	}
	return *o.Name, nil
}

// Either the error or the result is there.
type reply struct {
	OK      bool    `json:"ok"`
	Problem *string `json:"problem"`
	Result  *string `json:"result"`
}

func call(c *http.Client) (*reply, error) {
	r := new(reply)
	return r, fetch(c, r)
}

func either(c *http.Client) (string, error) {
	r, err := call(c)
	if err != nil {
		return "", err
	}
	if r.Problem != nil {
		return "", fmt.Errorf("problem: %s", *r.Problem)
	}
	return *r.Result, nil
}

func eachEither(c *http.Client) error {
	var list []reply
	if err := fetch(c, &list); err != nil {
		return err
	}
	for _, r := range list {
		if r.Problem != nil {
			log.Print(*r.Problem)
			continue
		}
		if r.Result != nil {
			log.Print(*r.Result)
		}
	}
	return nil
}

// A flag remembers what the check said.
func flagged(c *http.Client) (string, error) {
	o, err := get(c)
	if err != nil {
		return "", err
	}
	known := true
	if o.Name == nil {
		known = false
	}
	log.Print(o.ID)
	if !known {
		return "", nil
	}
	return *o.Name, nil
}

func failed(c *http.Client) (string, error) {
	o, err := get(c)
	if err != nil {
		return "", err
	}
	var missing []string
	if o.Name == nil {
		missing = append(missing, "name")
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("missing %v", missing)
	}
	return *o.Name, nil
}

func (o *order) complete() error {
	if o.Name == nil || o.Note == nil {
		return fmt.Errorf("incomplete")
	}
	return nil
}

func validated(c *http.Client) (string, error) {
	var o order
	if err := fetch(c, &o); err != nil {
		return "", err
	}
	if err := o.complete(); err != nil {
		return "", err
	}
	return *o.Name + *o.Note, nil
}

func defaulted(c *http.Client) (string, error) {
	var o order
	if err := fetch(c, &o); err != nil {
		return "", err
	}
	if o.Name == nil {
		o.Name = new(string)
	}
	return *o.Name, nil
}

// The same question twice.
func mode(c *http.Client, strict bool) (string, error) {
	o, err := get(c)
	if err != nil {
		return "", err
	}
	if strict && o.Name == nil {
		return "", fmt.Errorf("no name")
	}
	if !strict {
		return o.ID, nil
	}
	return *o.Name, nil
}

// Pairs go together.
func pair(c *http.Client) (string, error) {
	o, err := get(c)
	if err != nil {
		return "", err
	}
	if o.Name == nil {
		return "", nil
	}
	return *o.Name + *o.Note, nil
}

// What is no answer is nobody's to send.
type settings struct {
	Level *int `json:"level"`
}

func parse(data []byte) (int, error) {
	var s settings
	if err := json.Unmarshal(data, &s); err != nil {
		return 0, err
	}
	return *s.Level, nil
}

var local, _ = parse([]byte(`{"level": 1}`))

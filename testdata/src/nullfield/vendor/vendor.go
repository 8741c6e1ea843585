// Package vendor reads accounts of a vendor that sends null for what a bank
// does not tell.
package vendor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const base = "https://api.flanks.io"

func post(c *http.Client, path string, into any) error {
	resp, err := c.Post(base+path, "application/json", bytes.NewReader(nil))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("accounts: %s", resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

func total(c *http.Client) (float64, error) {
	var out []struct {
		Name    string  `json:"name"`
		Balance float64 `json:"balance"` // want `balance is null where Flanks does not know it`
	}
	if err := post(c, "/v0/bank/credentials/account", &out); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, a := range out {
		sum += a.Balance
	}
	return sum, nil
}

type card struct {
	Active bool      `json:"active"` // want `active is null where Flanks does not know it`
	Until  time.Time `json:"until"`
}

func usable(c *http.Client) (bool, error) {
	var k card
	if err := post(c, "/v0/bank/credentials/card", &k); err != nil {
		return false, err
	}
	if k.Active {
		return time.Now().Before(k.Until), nil
	}
	return false, nil
}

type liability struct {
	Debt  *float64 `json:"debt"`
	Rate  float64  `json:"rate"`
	Kind  string   `json:"kind"`
	Shown float64  `json:"shown"`
}

func debts(c *http.Client) (float64, error) {
	var list []*liability
	if err := post(c, "/v0/bank/credentials/liability", &list); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, l := range list {
		if l.Debt != nil {
			sum += *l.Debt
		}
		if l.Rate == 0 { // asked on purpose
			continue
		}
		sum += l.Rate
		fmt.Println(l.Kind, l.Shown)
	}
	return sum, nil
}

type status struct {
	Pending bool `json:"pending"`
}

func ready(c *http.Client) (bool, error) {
	var s status
	if err := post(c, "/v0/bank/credentials/status", &s); err != nil {
		return false, err
	}
	if s.Pending {
		return false, nil
	}
	return true, nil
}

// The status is the code's own: null leaves it.
type refusal struct {
	Status int
	Text   string `json:"error"`
}

func (r *refusal) Error() string { return fmt.Sprint(r.Status, r.Text) }

func (r *refusal) again() bool { return r.Status >= 500 }

func refused(c *http.Client, path string) error {
	resp, err := c.Post(base+path, "application/json", bytes.NewReader(nil))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	r := &refusal{Status: resp.StatusCode}
	if err := json.NewDecoder(resp.Body).Decode(r); err != nil {
		return err
	}
	return r
}

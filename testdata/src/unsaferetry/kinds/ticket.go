package kinds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

func createTicket(c *http.Client, in ticket, attempt int) (*ticket, error) {
	doc, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	resp, err := c.Post("https://api.example.com/tickets", "application/json", bytes.NewReader(doc)) // want `this POST is sent again after a network error`
	if err != nil {
		if timedOut(err) && attempt < 3 {
			time.Sleep(time.Second)
			return createTicket(c, in, attempt+1)
		}
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("ticket: %s", resp.Status)
	}
	var out ticket
	return &out, json.NewDecoder(resp.Body).Decode(&out)
}

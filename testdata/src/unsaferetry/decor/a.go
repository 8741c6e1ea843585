// Package decor repeats behind an interface.
package decor

import (
	"bytes"
	"errors"
	"net/http"
	"time"
)

type Gateway interface {
	Pay(doc []byte) error
	Balance(doc []byte) error
}

type direct struct{ hc *http.Client }

func (g *direct) send(path string, doc []byte) error {
	resp, err := g.hc.Post("https://api.example.com"+path, "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return errors.New(resp.Status)
	}
	return nil
}

func (g *direct) Pay(doc []byte) error {
	resp, err := g.hc.Post("https://api.example.com/payments", "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

func (g *direct) Balance(doc []byte) error { return g.send("/balances/query", doc) }

type repeating struct {
	next  Gateway
	tries int
}

func (g *repeating) Pay(doc []byte) (err error) {
	for range g.tries {
		if err = g.next.Pay(doc); err == nil { // want `this POST is sent again after a network error`
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

func (g *repeating) Balance(doc []byte) (err error) {
	for range g.tries {
		if err = g.next.Balance(doc); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

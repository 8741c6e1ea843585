package queue

import (
	"log"
	"time"
)

// What a round finds out is asked in the next one.
func (p *pool) createSlower(doc []byte) (err error) {
	slow := false
	for n := range 5 {
		if err = p.createInvoice(doc); err == nil { // want `this POST is sent again after a network error`
			return nil
		}
		if n > 1 {
			slow = true
		}
		if slow {
			time.Sleep(time.Minute)
		}
	}
	return err
}

// A queue of its own for what failed.
type line struct{ ch chan job }

func (l *line) put(j job) { l.ch <- j }

type two struct {
	*pool
	in, failed *line
}

func (t *two) work() {
	for j := range t.in.ch {
		if err := t.createInvoice(j.doc); err != nil {
			log.Print(err)
			t.failed.put(j)
		}
	}
}

func (t *two) workDirectly() {
	for j := range t.in.ch {
		if err := t.createInvoice(j.doc); err != nil {
			t.failed.ch <- j
		}
	}
}

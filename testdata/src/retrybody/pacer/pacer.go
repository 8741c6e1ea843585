// Package pacer calls functions again.
package pacer

import "time"

// A Pacer calls functions again.
type Pacer struct{ Tries int }

// Call calls f until it asks for no more.
func (p *Pacer) Call(f func() (bool, error)) error { return p.call(f, p.Tries) }

// CallNoRetry calls f once.
func (p *Pacer) CallNoRetry(f func() (bool, error)) error { return p.call(f, 1) }

func (p *Pacer) call(f func() (bool, error), tries int) error {
	for i := 1; ; i++ {
		again, err := f()
		if !again || i >= tries {
			return err
		}
		time.Sleep(time.Duration(i) * time.Second)
	}
}

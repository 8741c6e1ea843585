// Package pacer paces calls.
package pacer

import "time"

type (
	// MinSleep is the shortest delay.
	MinSleep time.Duration
	// Decay says how fast delays shrink.
	Decay uint
	// An Option changes a pacer.
	Option interface{ apply() }
)

func (MinSleep) apply() {}
func (Decay) apply()    {}

// New is a pacer.
func New(opts ...Option) int { return len(opts) }

// Package process does what events ask for.
package process

import (
	"context"
	"fmt"
	"log"

	"example.com/basiq/wrong/basiq"
)

// Syncer reads what has changed.
type Syncer struct {
	Client *basiq.Client
}

// Apply reads an event, which is thin.
func (s *Syncer) Apply(ctx context.Context, event string) error {
	entity, user, err := s.Client.Event(ctx, event)
	if err != nil {
		return fmt.Errorf("apply %s: %w", event, err)
	}
	log.Printf("%s of %s changed", entity, user)
	return nil
}

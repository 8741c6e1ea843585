// Package stripe is a stub for fixtures.
package stripe

import "encoding/json"

type EventType string

type EventData struct {
	Object map[string]interface{} `json:"-"`
	Raw    json.RawMessage        `json:"object"`
}

type Event struct {
	ID       string     `json:"id"`
	Created  int64      `json:"created"`
	Data     *EventData `json:"data"`
	Livemode bool       `json:"livemode"`
	Type     EventType  `json:"type"`
}

var Key string

// Package github is a stub for fixtures.
package github

import (
	"io"
	"net/http"
)

const (
	SHA1SignatureHeader   = "X-Hub-Signature"
	SHA256SignatureHeader = "X-Hub-Signature-256"
	EventTypeHeader       = "X-Github-Event"
	DeliveryIDHeader      = "X-Github-Delivery"
)

func ValidatePayload(r *http.Request, secretToken []byte) (payload []byte, err error) { return }
func ValidatePayloadFromBody(contentType string, readable io.Reader, signature string, secretToken []byte) (payload []byte, err error) {
	return
}
func ValidateSignature(signature string, payload, secretToken []byte) (err error)    { return }
func WebHookType(r *http.Request) (name string)                                      { return }
func DeliveryID(r *http.Request) (id string)                                         { return }
func ParseWebHook(messageType string, payload []byte) (event interface{}, err error) { return }

type Repository struct {
	Name     *string `json:"name,omitempty"`
	FullName *string `json:"full_name,omitempty"`
}

type PushEvent struct {
	Ref    *string `json:"ref,omitempty"`
	Before *string `json:"before,omitempty"`
	After  *string `json:"after,omitempty"`
}

func (p *PushEvent) GetRef() (ref string) { return }

type PullRequestEvent struct {
	Action *string     `json:"action,omitempty"`
	Number *int        `json:"number,omitempty"`
	Repo   *Repository `json:"repository,omitempty"`
}

func (p *PullRequestEvent) GetAction() (action string) { return }

type PingEvent struct {
	Zen *string `json:"zen,omitempty"`
}

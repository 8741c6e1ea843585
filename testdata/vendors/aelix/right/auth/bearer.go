package auth

import (
	"net/http"

	"example.com/aelix/right/transport"
)

// Bearer is a transport that signs requests with the tokens of a source.
type Bearer struct {
	Source *Source
	Base   http.RoundTripper
}

// RoundTrip sends the request with a token, and once more with a new one if the vendor has dropped the first.
func (b *Bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := b.Source.Token(req.Context())
	if err != nil {
		return nil, err
	}
	resp, err := b.send(req, token)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	if req.Body != nil && req.Body != http.NoBody && req.GetBody == nil {
		return resp, nil
	}
	b.Source.Forget(token)
	fresh, err := b.Source.Token(req.Context())
	if err != nil {
		transport.Close(resp)
		return nil, err
	}
	if fresh == token {
		return resp, nil
	}
	transport.Close(resp)
	return b.send(req, fresh)
}

// send works on a copy: a RoundTripper may not change the caller's request.
func (b *Bearer) send(req *http.Request, token string) (*http.Response, error) {
	signed := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		signed.Body = body
	}
	signed.Header.Set("Authorization", "Bearer "+token)
	return b.Base.RoundTrip(signed)
}

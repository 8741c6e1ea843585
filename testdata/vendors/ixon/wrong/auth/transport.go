package auth

import (
	"net/http"

	"example.com/ixon/wrong/transport"
)

// Transport is a RoundTripper that sends every request with a bearer token of its source.
type Transport struct {
	Base   http.RoundTripper
	Source *Source
}

// RoundTrip sends a copy of req with the token, and once more with a new token where IXON refuses it: a token may be
// revoked before its end.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	secret, err := t.Source.Token(req.Context())
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp, err := t.Base.RoundTrip(authorized(req, secret))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	again, ok := rewound(req)
	if !ok {
		return resp, nil
	}
	transport.Drain(resp)
	t.Source.Forget(secret)
	if secret, err = t.Source.Token(req.Context()); err != nil {
		return nil, err
	}
	return t.Base.RoundTrip(authorized(again, secret))
}

func authorized(req *http.Request, secret string) *http.Request {
	out := req.Clone(req.Context())
	out.Header.Set("Authorization", "Bearer "+secret)
	return out
}

// rewound is req with an unread body, if it can be had.
func rewound(req *http.Request) (*http.Request, bool) {
	if req.Body == nil || req.Body == http.NoBody {
		return req, true
	}
	if req.GetBody == nil {
		return nil, false
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, false
	}
	out := req.Clone(req.Context())
	out.Body = body
	return out, true
}

package auth

import (
	"bytes"
	"io"
	"net/http"

	"example.com/basiq/wrong/basiqerr"
	"example.com/basiq/wrong/transport"
)

// Transport is a RoundTripper that sends every request with the token of its source.
type Transport struct {
	Base   http.RoundTripper
	Source *Source
}

// RoundTrip sends a copy of req with the token, and once more with a new token where Basiq refuses it. An expired token is
// answered with 403, not 401.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	access, err := t.Source.Token(req.Context())
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp, err := t.Base.RoundTrip(authorized(req, access))
	if err != nil {
		return nil, err
	}
	refused, err := tokenRefused(resp)
	if err != nil {
		return nil, err
	}
	if !refused {
		return resp, nil
	}
	again, ok := rewound(req)
	if !ok {
		return resp, nil
	}
	transport.Drain(resp)
	t.Source.Forget(access)
	if access, err = t.Source.Token(req.Context()); err != nil {
		return nil, err
	}
	return t.Base.RoundTrip(authorized(again, access))
}

// tokenRefused reports whether a new token is needed. The body is put back for whoever reads the answer.
func tokenRefused(resp *http.Response) (bool, error) {
	if resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusForbidden {
		return false, nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	_ = resp.Body.Close()
	if err != nil {
		return false, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(raw))
	return basiqerr.IsTokenRefused(basiqerr.Parse(resp.StatusCode, raw)), nil
}

func authorized(req *http.Request, access string) *http.Request {
	out := req.Clone(req.Context())
	out.Header.Set("Authorization", "Bearer "+access)
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

package httpx

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"example.com/aelix/wrong/apierr"
)

// GetJSON decodes whatever comes: of an error answer no field fits, so v stays empty and nobody is told.
//
// Aelix: "401 Unauthorized on Every Request", "422 Unprocessable Entity": the caller sees neither.
func GetJSON(ctx context.Context, hc *http.Client, url string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := Do(hc, req)
	if err != nil {
		return err
	}
	defer Close(resp)
	return json.NewDecoder(resp.Body).Decode(v) // want: statusunchecked
}

// Touch asks whether a resource is there. It closes the answer unread, so the next call has to connect again.
//
// Aelix: "Enable connection keep-alive in your HTTP client to avoid TCP handshake overhead".
func Touch(ctx context.Context, hc *http.Client, url, key string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := Do(hc, req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // want: keepalive
	if resp.StatusCode != http.StatusOK {
		return apierr.Read(resp)
	}
	return nil
}

// OneShot returns a transport that connects anew for every call.
func OneShot() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true // want: keepalive
	return t
}

// Expect returns nil if the answer has the wanted status.
//
// Aelix: "Check the details array in the error response — it specifies exactly which fields failed validation".
func Expect(resp *http.Response, want int) error {
	if resp.StatusCode == want {
		return nil
	}
	var body struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
			TraceID string `json:"trace_id"`
		} `json:"error"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		return fmt.Errorf("aelix: status %d: %w", resp.StatusCode, err)
	}
	e := body.Error
	return fmt.Errorf("aelix: %d %s: %s (trace %s)", resp.StatusCode, e.Code, e.Message, e.TraceID) // want: errordetails
}

// Open returns the body of a good answer. Of a bad one it reads the error, and nobody closes it.
func Open(ctx context.Context, hc *http.Client, url string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := Do(hc, req)
	if err != nil {
		return nil, err
	}
	if err := apierr.Check(resp); err != nil {
		return nil, err // want: bodyleak
	}
	return resp.Body, nil
}

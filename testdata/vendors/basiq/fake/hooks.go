package fake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// HookSecret is the made-up signing key of the webhooks.
var HookSecret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("not a secret, only a test of one"))

// Deliver sends a signed event to a receiver, once, and gives up at ctx's end as Basiq would at its deadline. It returns
// the status of the answer.
func Deliver(ctx context.Context, url, id, eventType string) (int, error) {
	body, err := json.Marshal(map[string]any{
		"eventId":     Event,
		"eventTypeId": eventType,
		"links":       map[string]string{"event": "https://au-api.basiq.io/events/" + Event},
	})
	if err != nil {
		return 0, err
	}
	key, err := base64.StdEncoding.DecodeString(HookSecret[len("whsec_"):])
	if err != nil {
		return 0, err
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "." + string(body)))

	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", stamp)
	req.Header.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode, nil
}

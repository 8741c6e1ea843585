package accounts

import (
	"context"
	"encoding/json"
	"net/http"

	"example.com/flanks/wrong/call"
	"github.com/go-resty/resty/v2"
)

// Reader reads through a function that its constructor put in.
type Reader struct {
	send func(ctx context.Context, path, credentialsToken string) (*http.Response, error)
}

// NewReader returns a Reader.
func NewReader(cfg call.Config) *Reader {
	hc := call.NewHTTP(cfg)
	return &Reader{send: func(ctx context.Context, path, credentialsToken string) (*http.Response, error) {
		return call.Send(ctx, hc, http.MethodPost, cfg.Base()+path, credential{credentialsToken})
	}}
}

// Confirmed takes an error answer for a credential that waits for nobody.
func (r *Reader) Confirmed(ctx context.Context, credentialsToken string) (bool, error) {
	resp, err := r.send(ctx, statusPath, credentialsToken)
	if err != nil {
		return false, err
	}
	defer call.Close(resp)
	var out struct {
		SCAToken *string `json:"sca_token"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out) // want: statusunchecked
	return out.SCAToken == nil, err
}

// Exact looks before it decodes.
func (r *Reader) Exact(ctx context.Context, credentialsToken string) ([]Account, error) {
	resp, err := r.send(ctx, accountPath, credentialsToken)
	if err != nil {
		return nil, err
	}
	defer call.Close(resp)
	if resp.StatusCode != http.StatusOK {
		return nil, call.Read(resp)
	}
	var out []Account
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out, err
}

// Bare is a client that nobody gave a check.
type Bare struct{ rc *resty.Client }

// NewBare returns a Bare.
func NewBare(cfg call.Config) *Bare { return &Bare{rc: call.NewREST(cfg)} }

// List does not look, and nothing looks for it.
func (b *Bare) List(ctx context.Context, credentialsToken string) ([]Account, error) {
	var out []Account
	_, err := b.rc.R().SetContext(ctx).SetBody(credential{credentialsToken}).SetResult(&out).Post(accountPath) // want: statusunchecked
	return out, err
}

// Checked is one whose constructor did.
type Checked struct{ rc *resty.Client }

// NewChecked returns a Checked.
func NewChecked(cfg call.Config) *Checked {
	return &Checked{rc: call.NewREST(cfg).OnAfterResponse(func(_ *resty.Client, resp *resty.Response) error {
		if resp.IsError() {
			return call.Parse(resp.StatusCode(), resp.Body())
		}
		return nil
	})}
}

// List need not look.
func (c *Checked) List(ctx context.Context, credentialsToken string) ([]Account, error) {
	var out []Account
	_, err := c.rc.R().SetContext(ctx).SetBody(credential{credentialsToken}).SetResult(&out).Post(accountPath)
	return out, err
}

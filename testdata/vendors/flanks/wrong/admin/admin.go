// Package admin sets the service up at the vendor's.
package admin

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"

	"example.com/flanks/wrong/call"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Client makes applications and sends documents.
type Client struct {
	base string
	hc   *http.Client
}

// New returns a Client that signs, and repeats what may be repeated.
func New(cfg call.Config) *Client { return &Client{base: cfg.Base(), hc: call.NewHTTP(cfg)} }

// NewStandard lets oauth2 fetch tokens, which sends a form to an endpoint that takes JSON.
//
// Flanks: "Check that the Content-Type header is set accordingly. Generally, it is application/json".
func NewStandard(cfg call.Config) *Client {
	cc := clientcredentials.Config{
		ClientID: cfg.ID, ClientSecret: cfg.Secret, TokenURL: cfg.Base() + "/v0/token", // want: contenttype
		AuthStyle: oauth2.AuthStyleInParams,
	}
	hc := call.NewUnsigned(cfg.Pool)
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, hc)
	return &Client{base: cfg.Base(), hc: &http.Client{
		Timeout:   hc.Timeout,
		Transport: &oauth2.Transport{Source: cc.TokenSource(ctx), Base: hc.Transport},
	}}
}

// Provision makes the service's applications each time it starts, and can therefore start once.
//
// Flanks: "You are trying to create an element which already exists".
func (c *Client) Provision(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := c.create(ctx, name); err != nil { // want: conflict
			return fmt.Errorf("provision %s: %w", name, err)
		}
	}
	return nil
}

// create makes one application, or says why not.
func (c *Client) create(ctx context.Context, name string) error {
	resp, err := call.Send(ctx, c.hc, http.MethodPost, c.base+"/v0/applications", map[string]string{"name": name})
	if err != nil {
		return err
	}
	defer call.Close(resp)
	return call.Check(resp)
}

// Status asks with the wrong method.
//
// Flanks: "You are trying to access an endpoint with an invalid HTTP method".
func (c *Client) Status(ctx context.Context, credentialsToken string) error {
	query := url.Values{"credentials_token": {credentialsToken}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v0/bank/credentials/status?"+query.Encode(), nil) // want: endpoint
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer call.Close(resp)
	return call.Check(resp)
}

// Upload says that it sends parts, and not how to tell them apart.
//
// Flanks: "When uploading files, check that the Content-Type header is set to multipart/form-data".
func (c *Client) Upload(ctx context.Context, name string, data []byte) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		return err
	}
	if _, err := part.Write(data); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v0/documents", &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "multipart/form-data") // want: contenttype
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer call.Close(resp)
	return call.Check(resp)
}

// UploadStatement calls XML a pdf.
//
// Flanks: "the file content does not match the file extension; for instance, when uploading a XML file with a .pdf extension".
func (c *Client) UploadStatement(ctx context.Context, id string) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "statement.pdf") // want: contenttype
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(part, `<?xml version="1.0"?><statement id=%q/>`, id); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v0/documents", &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer call.Close(resp)
	return call.Check(resp)
}

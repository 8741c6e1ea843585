// Package upload sends documents.
package upload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"

	"example.com/flanks/right/call"
	"golang.org/x/oauth2"
)

// Uploader sends documents, each once: the vendor has no way to know a second copy.
type Uploader struct {
	base string
	hc   *http.Client
}

// New returns an Uploader; the base URL may be empty.
func New(baseURL string, tokens oauth2.TokenSource) *Uploader {
	if baseURL == "" {
		baseURL = call.BaseURL
	}
	hc := call.NewHTTP()
	hc.Transport = &oauth2.Transport{Source: tokens, Base: hc.Transport}
	return &Uploader{base: baseURL, hc: hc}
}

// PDF sends a document that has to be what its name will say.
func (u *Uploader) PDF(ctx context.Context, name string, data []byte) error {
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		return errors.New("upload: not a pdf")
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name+".pdf")
	if err != nil {
		return err
	}
	if _, err := part.Write(data); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.base+"/v0/documents", &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := u.hc.Do(req)
	if err != nil {
		return fmt.Errorf("upload %s: %w", name, err)
	}
	defer call.Close(resp)
	return call.Check(resp)
}

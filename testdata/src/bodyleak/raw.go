package bodyleak

import (
	"errors"
	"io"

	"github.com/go-resty/resty/v2"
)

func rawOfRequest(rc *resty.Client) (string, error) {
	resp, err := rc.R().SetDoNotParseResponse(true).Get("https://api.example.com/v1/file") // want `the response body of this call is not closed when the answer is`
	if err != nil {
		return "", err
	}
	if resp.IsError() {
		return "", errors.New(resp.Status())
	}
	defer resp.RawBody().Close()
	b, err := io.ReadAll(resp.RawBody())
	return string(b), err
}

// reader has one client that reads answers, and one that leaves it to others.
type reader struct{ parsed, raw *resty.Client }

func newReader() *reader {
	return &reader{parsed: resty.New(), raw: resty.New().SetDoNotParseResponse(true)}
}

func (r *reader) copy(w io.Writer) error {
	resp, err := r.raw.R().Get("https://api.example.com/v1/file") // want `the response body of this call is not closed: its connection`
	if err != nil {
		return err
	}
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	_, err = io.Copy(w, resp.RawBody())
	return err
}

func (r *reader) closes(w io.Writer) error {
	resp, err := r.raw.R().Get("https://api.example.com/v1/file")
	if err != nil {
		return err
	}
	body := resp.RawBody()
	defer body.Close()
	if resp.IsError() {
		return errors.New(resp.Status())
	}
	_, err = io.Copy(w, body)
	return err
}

func (r *reader) closesResponse(w io.Writer) error {
	resp, err := r.raw.R().Get("https://api.example.com/v1/file")
	if err != nil {
		return err
	}
	defer resp.RawResponse.Body.Close()
	_, err = io.Copy(w, resp.RawResponse.Body)
	return err
}

func (r *reader) parses() (string, error) {
	resp, err := r.parsed.R().Get("https://api.example.com/v1/file")
	if err != nil {
		return "", err
	}
	return resp.String(), nil
}

func (r *reader) told(raw bool) (string, error) {
	resp, err := r.parsed.R().SetDoNotParseResponse(raw).Get("https://api.example.com/v1/file")
	if err != nil {
		return "", err
	}
	return resp.String(), nil
}

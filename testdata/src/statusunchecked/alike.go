package statusunchecked

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
)

type object struct {
	hc     *http.Client
	size   int64
	failed bool
}

// open looks at the status for the sake of the size.
func (o *object) open(url string) (io.ReadCloser, error) {
	resp, err := o.hc.Get(url) // want `status 4xx or 5xx is taken for a success`
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK && resp.ContentLength > 0 && resp.Header.Get("Content-Range") == "" {
		o.size = resp.ContentLength
	}
	return resp.Body, nil
}

// logsOnly says that something is wrong and goes on.
func (o *object) logsOnly(url string, v any) error {
	resp, err := o.hc.Get(url) // want `taken for a success`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		log.Printf("unexpected status %s", resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// notes keeps what is wrong for whoever asks.
func (o *object) notes(url string, v any) error {
	resp, err := o.hc.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		o.failed = true
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// says tells it in a result.
func (o *object) says(url string, v any) (ok bool, err error) {
	resp, err := o.hc.Get(url)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	ok = true
	if resp.StatusCode >= 400 {
		ok = false
	}
	return ok, json.NewDecoder(resp.Body).Decode(v)
}

// later returns the error after the body was read.
func (o *object) later(url string) ([]byte, error) {
	resp, err := o.hc.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var failed error
	if resp.StatusCode >= 400 {
		failed = errors.New(resp.Status)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return b, failed
}

// answers hands the status on.
func (o *object) answers(url string, w http.ResponseWriter) {
	resp, err := o.hc.Get(url)
	if err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		w.WriteHeader(http.StatusBadGateway)
	}
	io.Copy(w, resp.Body)
}

// counts tells others of it.
func (o *object) counts(url string, count func(), v any) error {
	resp, err := o.hc.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		count()
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// another decodes errors into something else.
func (o *object) another(url string) (any, error) {
	resp, err := o.hc.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var v any = &account{}
	if resp.StatusCode >= 400 {
		v = &problem{}
	}
	err = json.NewDecoder(resp.Body).Decode(v)
	return v, err
}

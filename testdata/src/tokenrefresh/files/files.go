// Package files reads token files that the platform renews.
package files

import (
	"net/http"
	"os"
	"strings"
	"time"
)

const dir = "/var/run/secrets/kubernetes.io/serviceaccount"

type inCluster struct {
	token string
	http  *http.Client
}

func NewInCluster() (*inCluster, error) {
	token, err := os.ReadFile(dir + "/token")
	if err != nil {
		return nil, err
	}
	return &inCluster{
		token: string(token), // want `its file is renewed in place, but read only once into token; read it again every minute`
		http:  http.DefaultClient,
	}, nil
}

func (c *inCluster) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.token)
	return c.http.Do(req)
}

type initialised struct{ bearer string }

var TokenFile = dir + "/token"

func (c *initialised) init() error {
	token, err := os.ReadFile(TokenFile)
	if err != nil {
		return err
	}
	c.bearer = "Bearer " + strings.TrimSpace(string(token)) // want `read only once into bearer`
	return nil
}

func New() (*initialised, error) {
	c := &initialised{}
	if err := c.init(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *initialised) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", c.bearer)
	return http.DefaultClient.Do(req)
}

// Good: read before each request.

type perCall struct{}

func (c *perCall) Do(req *http.Request) (*http.Response, error) {
	token, err := os.ReadFile(dir + "/token")
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	return http.DefaultClient.Do(req)
}

// Good: read again by a goroutine.

type watched struct{ token string }

func NewWatched() (*watched, error) {
	w := &watched{}
	token, err := os.ReadFile(dir + "/token")
	if err != nil {
		return nil, err
	}
	w.token = string(token)
	go func() {
		for range time.Tick(time.Minute) {
			if token, err := os.ReadFile(dir + "/token"); err == nil {
				w.token = string(token)
			}
		}
	}()
	return w, nil
}

func (w *watched) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+w.token)
	return http.DefaultClient.Do(req)
}

// Good: other files of the same folder, and files of one's own.

type other struct{ namespace, key string }

func NewOther(path string) (*other, error) {
	ns, err := os.ReadFile(dir + "/namespace")
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return &other{string(ns), string(key)}, nil
}

func (o *other) Do(req *http.Request) (*http.Response, error) {
	req.Header.Set("X-Namespace", o.namespace)
	req.Header.Set("Authorization", "Bearer "+o.key)
	return http.DefaultClient.Do(req)
}

// Package sibling gives options to one helper.
package sibling

import "net/http"

type options struct {
	Params  map[string]string
	Headers map[string]string
}

type client struct{ base string }

func (c *client) get(path string, o *options) (*http.Response, error) {
	req, err := http.NewRequest("GET", c.base+path, nil)
	if err != nil {
		return nil, err
	}
	if o != nil {
		for name, value := range o.Headers {
			req.Header.Set(name, value)
		}
	}
	return http.DefaultClient.Do(req)
}

func (c *client) certificates(filters map[string]string) (*http.Response, error) {
	return c.get("/tls/certificates", &options{Params: filters, Headers: map[string]string{"Accept": "application/vnd.api+json"}})
}

func (c *client) certificate(id, include string) (*http.Response, error) {
	var o *options
	if include != "" {
		o = &options{Params: map[string]string{"include": include}} // want `these options have no Accept header, those of another call for the same resource do`
	}
	return c.get("/tls/certificates/"+id, o)
}

// Another resource, without options, or with headers of its own.
func (c *client) services() (*http.Response, error) {
	return c.get("/services", &options{Params: map[string]string{"page": "1"}})
}

func (c *client) plain(id string) (*http.Response, error) { return c.get("/tls/certificates/"+id, nil) }

func (c *client) other(id string) (*http.Response, error) {
	return c.get("/tls/certificates/"+id, &options{Params: map[string]string{"format": "pem"}, Headers: map[string]string{"Accept": "text/plain"}})
}

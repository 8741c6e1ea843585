// Package proxied has reverse proxies.
package proxied

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

func proxy(target *url.URL) http.Handler {
	p := httputil.NewSingleHostReverseProxy(target)
	direct := p.Director
	p.Director = func(req *http.Request) {
		direct(req)
		req.Header.Set("Authorization", "Bearer "+os.Getenv("API_TOKEN"))
	}
	p.ModifyResponse = func(resp *http.Response) error {
		resp.Header.Set("Access-Control-Allow-Origin", "*") // want `every web page can use`
		return nil
	}
	return p
}

type lent struct{ p *httputil.ReverseProxy }

func (l *lent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin")) // want `whatever origin asks is allowed`
	l.p.ServeHTTP(w, r)
}

package across

import (
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
)

type roundTripperFunc func(*http.Request) (*http.Response, error)

func (f roundTripperFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func wrap(next http.RoundTripper, apply func(*http.Request, http.RoundTripper) (*http.Response, error)) http.RoundTripper {
	return roundTripperFunc(func(r *http.Request) (*http.Response, error) { return apply(r, next) })
}

func named(r *http.Request, next http.RoundTripper) (*http.Response, error) {
	r.Header.Set("User-Agent", "p")
	return next.RoundTrip(r)
}

func replacedByFunc() *http.Client {
	hc := retryablehttp.NewClient().StandardClient()
	hc.Transport = wrap(http.DefaultTransport, named) // want `takes its retries away`
	return hc
}

func wrappedByFunc() *http.Client {
	hc := retryablehttp.NewClient().StandardClient()
	hc.Transport = wrap(hc.Transport, named)
	return hc
}

func repeatingFunc() *http.Client {
	hc := retryablehttp.NewClient().StandardClient()
	hc.Transport = wrap(http.DefaultTransport, func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		for i := 0; ; i++ {
			resp, err := next.RoundTrip(r)
			if err == nil || i == 3 {
				return resp, err
			}
		}
	})
	return hc
}

package fixes

import (
	"io"
	"net/http"
	"time"
)

func alone() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, // want `keep-alive is off`
	}}
}

func amongOthers() *http.Transport {
	return &http.Transport{
		Proxy:             http.ProxyFromEnvironment,
		DisableKeepAlives: true, // want `keep-alive is off`
		IdleConnTimeout:   time.Minute,
	}
}

func inLine() (a, b *http.Transport) {
	a = &http.Transport{DisableKeepAlives: true, MaxIdleConns: 5}             // want `keep-alive is off`
	b = &http.Transport{MaxIdleConns: 5, DisableKeepAlives: true, Proxy: nil} // want `keep-alive is off`
	return a, b
}

func later() *http.Transport {
	t := &http.Transport{}
	t.DisableKeepAlives = true // want `keep-alive is off`
	return t
}

func request(c *http.Client) error {
	req, err := http.NewRequest("GET", "http://api.example.com", nil)
	if err != nil {
		return err
	}
	req.Close = true                      // want `field Close makes this request`
	req.Header.Set("Connection", "close") // want `Connection: close`
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// What follows has no fix.

func nothingWouldRemain(t *http.Transport, insecure bool) {
	if insecure {
		t.DisableKeepAlives = true // want `keep-alive is off`
	}
}

func commentWouldGo() *http.Transport {
	return &http.Transport{
		// Proxy: http.ProxyFromEnvironment,

		DisableKeepAlives: true, // want `keep-alive is off`
	}
}

func variableWouldBeUnused() *http.Transport {
	never := true
	t := &http.Transport{}
	t.DisableKeepAlives = never // want `keep-alive is off`
	return t
}

func callWouldGo() *http.Transport {
	t := &http.Transport{}
	the(t).DisableKeepAlives = true // want `keep-alive is off`
	return t
}

func the(t *http.Transport) *http.Transport {
	t.MaxIdleConns = 5
	return t
}

func besideAnother(t *http.Transport) { t.MaxIdleConns = 5; t.DisableKeepAlives = true } // want `keep-alive is off`

func explained() *http.Transport {
	return &http.Transport{
		// The gateway answers on a stale connection after an idle minute.
		DisableKeepAlives: true,
	}
}

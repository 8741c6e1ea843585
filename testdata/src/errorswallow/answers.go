package errorswallow

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

type client struct {
	hc    *http.Client
	retry *retryablehttp.Client
	done  func(*http.Request, *http.Response)
	seen  map[string]int
}

// The status is a label of a metric, and there is none without an answer.
func (c *client) timed(req *http.Request) error {
	start := time.Now()
	resp, err := c.hc.Do(req)
	c.seen[resp.Status] = int(time.Since(start)) // want `the result of Do is nil when the call fails, and is used here all the same: a network error becomes a panic; return the error first`
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c *client) deferred(req *retryablehttp.Request) error {
	resp, err := c.retry.Do(req)
	if c.done != nil {
		c.done(nil, resp)
	}
	defer resp.Body.Close() // want `is used here all the same`
	if err != nil {
		return err
	}
	return decode(resp.Body, nil)
}

func (c *client) traced(req *http.Request) error {
	resp, err := c.hc.Do(req)
	trace(req, resp) // want `the result of Do is nil when the call fails, and what is called here uses it`
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func trace(req *http.Request, resp *http.Response) {
	log.Println(req.URL, resp.Status)
}

// A trace that expects a nil.
func (c *client) tracedSafely(req *http.Request) error {
	resp, err := c.hc.Do(req)
	traceIf(req, resp)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func traceIf(req *http.Request, resp *http.Response) {
	if resp == nil {
		log.Println(req.URL, "no answer")
		return
	}
	log.Println(req.URL, resp.Status)
}

func (c *client) reported(req *http.Request) error {
	resp, err := c.hc.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("items: %s", resp.Status) // want `is used here all the same`
	}
	return resp.Body.Close()
}

func (c *client) reportedRight(req *http.Request) error {
	resp, err := c.hc.Do(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("items: %s", resp.Status)
		resp.Body.Close()
	}
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c *client) onlyLogged(req *http.Request) {
	resp, err := c.hc.Do(req)
	if err != nil {
		log.Printf("items: %v", err)
	}
	defer resp.Body.Close() // want `is used here all the same`
	_ = decode(resp.Body, nil)
}

func (c *client) fatal(req *http.Request) {
	resp, err := c.hc.Do(req)
	if err != nil {
		log.Fatalf("items: %v", err)
	}
	resp.Body.Close()
}

func (c *client) blank(url string) int {
	resp, _ := c.hc.Get(url)
	defer resp.Body.Close() // want `is used here all the same`
	return resp.StatusCode
}

func (c *client) nilChecked(url string) int {
	resp, _ := c.hc.Get(url)
	if resp == nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// Only certain errors leave.
func (c *client) certain(req *http.Request) error {
	var resp *http.Response
	for i := 0; i < 3; i++ {
		var err error
		resp, err = c.hc.Do(req)
		if stop, ok := err.(*stopError); ok {
			return stop
		}
		if i == 2 {
			break
		}
	}
	if !good(resp) { // want `what is called here uses it`
		return errors.New("refused")
	}
	return resp.Body.Close()
}

type stopError struct{}

func (*stopError) Error() string { return "stop" }

func good(resp *http.Response) bool { return resp.StatusCode < 300 }

// The attempts end with an error or an answer.
func (c *client) attempts(req *http.Request) error {
	var resp *http.Response
	var err error
	for range 3 {
		resp, err = c.hc.Do(req)
		if err == nil {
			break
		}
		time.Sleep(time.Second)
	}
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c *client) attemptsForgotten(req *http.Request) error {
	var resp *http.Response
	var err error
	for range 3 {
		resp, err = c.hc.Do(req)
		if err == nil {
			break
		}
		time.Sleep(time.Second)
	}
	return resp.Body.Close() // want `is used here all the same`
}

// The answer of a redirect that is not followed comes with an error.
func (c *client) redirect(req *http.Request) (string, error) {
	resp, err := c.hc.Do(req)
	if err != nil && !errors.Is(err, http.ErrUseLastResponse) {
		return "", err
	}
	defer resp.Body.Close()
	return resp.Header.Get("Location"), nil
}

func (c *client) handled(req *http.Request) error {
	resp, err := c.hc.Do(req)
	if err := c.check(resp, err); err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c *client) check(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	return nil
}

// Telemetry: what comes back is nobody's concern.
func (c *client) beat(url string) {
	resp, err := c.hc.Post(url, "text/plain", nil)
	if err != nil {
		log.Println(err)
		return
	}
	resp.Body.Close()
}

func (c *client) deferredLiteral(req *http.Request) error {
	resp, err := c.hc.Do(req)
	defer func() {
		resp.Body.Close() // want `is used here all the same`
	}()
	if err != nil {
		return err
	}
	return decode(resp.Body, nil)
}

func (c *client) deferredLiteralSafe(req *http.Request) error {
	resp, err := c.hc.Do(req)
	defer func() {
		if resp != nil {
			resp.Body.Close()
		}
	}()
	if err != nil {
		return err
	}
	return decode(resp.Body, nil)
}

func decode(r io.Reader, v any) error { return json.NewDecoder(r).Decode(v) }

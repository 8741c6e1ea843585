// Package upload sends files through helpers of other packages.
package upload

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/avast/retry-go/v4"
	backoff4 "github.com/cenkalti/backoff/v4"
	"github.com/cenkalti/backoff/v5"
	"github.com/go-resty/resty/v2"
	"github.com/gojek/heimdall/v7/httpclient"
	"github.com/hashicorp/go-retryablehttp"
	tf "github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	sethvargo "github.com/sethvargo/go-retry"
	"k8s.io/apimachinery/pkg/util/wait"

	"retrybody/pacer"
	"retrybody/rest"
)

var errRefused = errors.New("refused")

func check(resp *http.Response) error {
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		_, _ = io.Copy(io.Discard, resp.Body)
		return errRefused
	}
	return nil
}

func put(c *http.Client, url string, body io.Reader) error {
	req, err := http.NewRequest(http.MethodPut, url, body)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return check(resp)
}

func withBackoff(ctx context.Context, c *http.Client, doc []byte) error {
	body := bytes.NewReader(doc)
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, put(c, "https://api.example.com", body) // want `reads the same body reader`
	})
	if err != nil {
		return err
	}
	_, err = backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, put(c, "https://api.example.com", bytes.NewReader(doc))
	})
	return err
}

func withBackoff4(c *http.Client, req *http.Request) error {
	operation := func() error {
		resp, err := c.Do(req) // want `sent again after its body is used up`
		if err != nil {
			return err
		}
		return check(resp)
	}
	return backoff4.Retry(operation, backoff4.NewExponentialBackOff())
}

func withBackoff4Bytes(c *http.Client, req *http.Request, doc []byte) error {
	var reader func() io.ReadCloser
	if req.Body != nil {
		reader = func() io.ReadCloser { return io.NopCloser(bytes.NewReader(doc)) }
	}
	return backoff4.Retry(func() error {
		if reader != nil {
			req.Body = reader()
		}
		resp, err := c.Do(req)
		if err != nil {
			return err
		}
		return check(resp)
	}, backoff4.NewExponentialBackOff())
}

func permanent(c *http.Client, req *http.Request) error {
	return backoff4.Retry(func() error {
		resp, err := c.Do(req)
		if err != nil {
			return backoff4.Permanent(err)
		}
		if err := check(resp); err != nil {
			return backoff4.Permanent(err)
		}
		return nil
	}, backoff4.NewExponentialBackOff())
}

func withAvast(c *http.Client, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := retry.Do(func() error {
		return put(c, "https://api.example.com", f) // want `reads the same body reader`
	}); err != nil {
		return err
	}
	return retry.Do(func() error {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		return put(c, "https://api.example.com", f)
	})
}

func withSethvargo(ctx context.Context, c *http.Client, doc []byte) error {
	body := bytes.NewBuffer(doc)
	return sethvargo.Do(ctx, sethvargo.NewConstant(1), func(ctx context.Context) error {
		if err := put(c, "https://api.example.com", body); err != nil { // want `reads the same body reader`
			return sethvargo.RetryableError(err)
		}
		return nil
	})
}

// Errors that are not marked end the loop.
func notMarked(ctx context.Context, c *http.Client, doc []byte) error {
	body := bytes.NewBuffer(doc)
	return sethvargo.Do(ctx, sethvargo.NewConstant(1), func(ctx context.Context) error {
		return put(c, "https://api.example.com", body)
	})
}

func withWait(ctx context.Context, c *http.Client, doc []byte) error {
	body := bytes.NewReader(doc)
	return wait.PollUntilContextTimeout(ctx, 1, 1, true, func(ctx context.Context) (bool, error) {
		if err := put(c, "https://api.example.com", body); err != nil { // want `reads the same body reader`
			return false, nil
		}
		return true, nil
	})
}

func withTerraform(ctx context.Context, c *http.Client, doc []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "https://api.example.com", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return tf.RetryContext(ctx, 1, func() *tf.RetryError {
		resp, err := c.Do(req) // want `every attempt sends the same request`
		if err != nil {
			return tf.RetryableError(err)
		}
		if err := check(resp); err != nil {
			return tf.NonRetryableError(err)
		}
		return nil
	})
}

// The body is a field of the options of another package, and that package's
// pacer repeats.
func withPacer(p *pacer.Pacer, c *rest.Client, doc []byte) error {
	opts := rest.Opts{Method: "POST", Path: "/files", Body: bytes.NewReader(doc)}
	return p.Call(func() (bool, error) {
		resp, err := c.Call(&opts) // want `reads the same body reader`
		if err != nil {
			return true, err
		}
		defer resp.Body.Close()
		return resp.StatusCode == 429, nil
	})
}

func withPacerMade(p *pacer.Pacer, c *rest.Client, doc []byte) error {
	opts := rest.Opts{Method: "POST", Path: "/files"}
	return p.Call(func() (bool, error) {
		opts.Body = bytes.NewReader(doc)
		resp, err := c.Call(&opts)
		if err != nil {
			return true, err
		}
		defer resp.Body.Close()
		return resp.StatusCode == 429, nil
	})
}

// This one does not repeat.
func once(p *pacer.Pacer, c *rest.Client, doc []byte) error {
	opts := rest.Opts{Method: "POST", Path: "/files", Body: bytes.NewReader(doc)}
	return p.CallNoRetry(func() (bool, error) {
		resp, err := c.Call(&opts)
		if err != nil {
			return true, err
		}
		defer resp.Body.Close()
		return resp.StatusCode == 429, nil
	})
}

// A library's own request is made around a used reader.
func withResty(c *resty.Client, doc []byte) error {
	body := bytes.NewReader(doc)
	for range 3 {
		resp, err := c.R().SetBody(body).Put("https://api.example.com") // want `reads the same body reader`
		if err == nil && resp.StatusCode() < 500 {
			return nil
		}
	}
	for range 3 {
		resp, err := c.R().SetBody(doc).Put("https://api.example.com")
		if err == nil && resp.StatusCode() < 500 {
			return nil
		}
	}
	return errRefused
}

// retryablehttp keeps the body.
func withRetryable(c *retryablehttp.Client, doc []byte) error {
	body := bytes.NewReader(doc)
	for range 3 {
		req, err := retryablehttp.NewRequest(http.MethodPut, "https://api.example.com", body)
		if err != nil {
			return err
		}
		resp, err := c.Do(req)
		if err != nil {
			continue
		}
		return check(resp)
	}
	return errRefused
}

func withHeimdall(c *httpclient.Client, doc []byte) error {
	body := bytes.NewReader(doc)
	for range 3 {
		resp, err := c.Put("https://api.example.com", body, nil) // want `reads the same body reader`
		if err != nil {
			continue
		}
		return check(resp)
	}
	return errRefused
}

// Package setup prepares clients of other packages.
package setup

import "github.com/hashicorp/go-retryablehttp"

// Prepare is told to pass answers on.
func Prepare(c *retryablehttp.Client) { c.ErrorHandler = retryablehttp.PassthroughErrorHandler }

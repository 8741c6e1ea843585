// Package errs makes errors of answers.
package errs

import (
	"fmt"
	"io"
	"net/http"
)

// Check makes an error of a refusal and closes its body.
func Check(resp *http.Response) error {
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode >= 400 {
		return fmt.Errorf("%s: %s", resp.Status, text)
	}
	return nil
}

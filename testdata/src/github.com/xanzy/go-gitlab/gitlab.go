// Package gitlab is a stub of the real one.
package gitlab

import "net/http"

type Response struct {
	*http.Response

	TotalItems  int
	TotalPages  int
	CurrentPage int
	NextPage    int
}

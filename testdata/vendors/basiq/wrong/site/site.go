// Package site serves the pages.
package site

import (
	"embed"
	"io/fs"
	"net/http"
)

// files are sent to whoever asks, with the key that one of them has.
//
//go:embed static
var files embed.FS // want: browsersecret

// Handler serves the pages.
func Handler() (http.Handler, error) {
	static, err := fs.Sub(files, "static")
	if err != nil {
		return nil, err
	}
	return http.FileServerFS(static), nil
}

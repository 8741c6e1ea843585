// Package site serves the frontend's files, which hold nothing that is secret.
package site

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed static
var files embed.FS

// Handler serves every file to everybody.
func Handler() (http.Handler, error) {
	static, err := fs.Sub(files, "static")
	if err != nil {
		return nil, err
	}
	return http.FileServerFS(static), nil
}

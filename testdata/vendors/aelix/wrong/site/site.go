// Package site serves the frontend's files.
package site

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed static
var files embed.FS // want: browsersecret

// Handler serves every file to everybody, the script with the key in it too.
//
// Aelix: "API credentials must never be exposed to browsers".
func Handler() (http.Handler, error) {
	static, err := fs.Sub(files, "static")
	if err != nil {
		return nil, err
	}
	return http.FileServerFS(static), nil
}

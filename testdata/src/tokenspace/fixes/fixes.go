// Package fixes has the forms that a fix knows, and one that it does not.
package fixes

import (
	"bufio"
	"net/http"
	"os"
)

func file(req *http.Request, path string) error {
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(key)) // want `ends in one`
	return nil
}

func typed(req *http.Request) error {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n') // want `ends in one`
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+line)
	return nil
}

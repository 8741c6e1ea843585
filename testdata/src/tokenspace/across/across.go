// Package across reads in one package and sends in another.
package across

import (
	"net/http"
	"os"

	"tokenspace/sender"
	"tokenspace/settings"
)

func fromSettings(req *http.Request, s *settings.Settings) {
	req.Header.Set("X-Api-Key", s.APIKey)              // want `net/http refuses to send a newline in X-Api-Key: APIKey is read from a file at tokenspace/settings/settings.go:29 and never trimmed`
	req.Header.Set("Authorization", "Bearer "+s.Token) // want `Token is read from a file at tokenspace/settings/settings.go:36`
	req.Header.Set("X-Auth-Key", s.Name)
}

func fromFunction(req *http.Request) error {
	key, err := settings.Key("key.txt") // want `Key is read from a file at`
	if err != nil {
		return err
	}
	req.Header.Set("X-Auth-Key", key)
	return nil
}

func toSender(path string) (*sender.Client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return sender.New(string(data)), nil // want `net/http refuses to send a newline in X-Api-Key`
}

func toField(path string) (*sender.Client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return &sender.Client{Key: string(data)}, nil // want `net/http refuses to send a newline in X-Auth-Token`
}

func toTrimmed(path string) (*sender.Client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return &sender.Client{Safe: string(data)}, nil
}

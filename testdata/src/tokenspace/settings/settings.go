// Package settings reads the settings of a program and sends nothing.
package settings

import "os"

// Settings are what a program is told.
type Settings struct {
	APIKey string `conf:"api-key"`
	Token  string
	Name   string
}

// A store keeps settings by their keys.
type store struct{ values map[string]any }

// Set puts a setting into the store.
func (s *store) Set(key string, value any) error {
	s.values[key] = value
	return nil
}

// Load reads the settings.
func Load(keyFile, tokenFile string) (*Settings, error) {
	k := &store{values: map[string]any{}}
	data, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	if err := k.Set("api-key", string(data)); err != nil {
		return nil, err
	}
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return nil, err
	}
	return &Settings{Token: string(token), Name: "shop"}, nil
}

// Key reads a key.
func Key(path string) (string, error) {
	data, err := os.ReadFile(path)
	return string(data), err
}

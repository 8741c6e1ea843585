// Package shared does not name the vendor, a package that it imports does.
package shared

import (
	"encoding/json"
	"fmt"
	"net/http"

	"errordetails/settings"
)

func load(hc *http.Client, s settings.Settings) error {
	resp, err := hc.Get(s.Base + "/users")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var env struct {
			Type          string `json:"type"`
			CorrelationID string `json:"correlationId"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&env); err != nil { // want `the list data, in which Basiq says what is wrong`
			return fmt.Errorf("%s: %w", resp.Status, err)
		}
		return fmt.Errorf("%s [%s]", resp.Status, env.CorrelationID)
	}
	return nil
}

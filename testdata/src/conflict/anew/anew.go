// Package anew makes what has another name each time, or is not there yet.
package anew

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"time"
)

type client struct {
	base string
	hc   *http.Client
}

func (c *client) do(method, path string, in, out any) error {
	doc, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(method, c.base+path, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	resp, err := c.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

func (c *client) names() (map[string]bool, error) {
	var list []string
	if err := c.do(http.MethodGet, "/labels", nil, &list); err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, name := range list {
		names[name] = true
	}
	return names, nil
}

func (c *client) syncMissing(wanted []string) error {
	have, err := c.names()
	if err != nil {
		return err
	}
	for _, name := range wanted {
		if have[name] {
			continue
		}
		if err := c.do(http.MethodPost, "/labels", name, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) syncAll(wanted []string) error {
	for _, name := range wanted {
		if err := c.do(http.MethodPost, "/labels", name, &struct{}{}); err != nil { // want `every run of syncAll after the first fails here`
			return err
		}
	}
	return nil
}

func snapshotName(volume string) string {
	return fmt.Sprintf("%s-%d", volume, time.Now().UnixNano())
}

func (c *client) createSnapshot(name string) error {
	return c.do(http.MethodPost, "/snapshots", name, &struct{}{})
}

func (c *client) backup(volumes []string) {
	for range time.Tick(24 * time.Hour) {
		for _, v := range volumes {
			if err := c.createSnapshot(snapshotName(v)); err != nil {
				log.Print(err)
			}
		}
	}
}

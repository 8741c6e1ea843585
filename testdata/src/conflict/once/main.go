// Command once makes what its user asks for, once.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
)

type client struct{ base string }

func (c client) send(ctx context.Context, method, path string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	return nil
}

func main() {
	name := flag.String("name", "", "name of the project")
	flag.Parse()
	c := client{os.Getenv("API")}
	if err := c.createProject(context.Background(), *name); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /projects", c.handle)
}

func (c client) createProject(ctx context.Context, name string) error {
	return c.send(ctx, http.MethodPost, "/projects", map[string]string{"name": name})
}

func (c client) handle(w http.ResponseWriter, r *http.Request) {
	if err := c.createProject(r.Context(), r.FormValue("name")); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

// One request of a person, with all that it asks for.
func (c client) invite(w http.ResponseWriter, r *http.Request) {
	for _, mail := range r.Form["mail"] {
		if err := c.send(r.Context(), http.MethodPost, "/projects/1/members", map[string]string{"mail": mail}); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
	}
}

var _ = client.invite

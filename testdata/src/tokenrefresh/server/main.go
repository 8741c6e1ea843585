// Command server reads its token once and serves for ever.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
)

type lister interface{ list() error }

type kube struct{ token string }

func newKube(token string) *kube {
	return &kube{token: token} // want `its file is renewed in place, but read only once into token`
}

func (k *kube) list() error {
	req, err := http.NewRequest(http.MethodGet, "https://kubernetes.default.svc/api/v1/pods", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+k.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func fromEnvironment() (lister, error) {
	token, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/token")
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	return newKube(strings.TrimSpace(string(token))), nil
}

func run() error {
	k, err := fromEnvironment()
	if err != nil {
		return err
	}
	http.HandleFunc("/pods", func(w http.ResponseWriter, r *http.Request) {
		if err := k.list(); err != nil {
			http.Error(w, "no", http.StatusBadGateway)
		}
	})
	return http.ListenAndServe(":8080", nil)
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

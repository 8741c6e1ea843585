// Package tokenspace has the fixtures of the check.
package tokenspace

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func file(req *http.Request, path string) error {
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(key)) // want `net/http refuses to send a newline in Authorization, and what is read from a file ends in one; use strings.TrimSpace`
	return nil
}

func trimmed(req *http.Request, path string) error {
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(key)))
	return nil
}

func trimmedBytes(req *http.Request, path string) error {
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	key = bytes.TrimSpace(key)
	req.Header.Set("Authorization", "Bearer "+string(key))
	return nil
}

func suffix(req *http.Request, path string) error {
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSuffix(string(key), "\n"))
	return nil
}

func cut(req *http.Request, path string) error {
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(key[:len(key)-1]))
	return nil
}

func firstWord(req *http.Request, path string) error {
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+strings.Fields(string(key))[0])
	return nil
}

// Through a field, and a function.

type client struct {
	token string
}

func newClient(path string) (*client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return &client{token: string(data)}, nil // want `net/http refuses to send a newline in X-Api-Key`
}

func (c *client) sign(req *http.Request) {
	sign(req, c.token)
}

func sign(req *http.Request, token string) {
	req.Header.Set("X-Api-Key", token)
}

// Basic.

func basic(req *http.Request, path string) error {
	password, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	req.SetBasicAuth("robot", string(password)) // want `every request is refused, and what is read from a file ends in one`
	return nil
}

func encoded(req *http.Request, path string) error {
	pair, err := os.ReadFile(path) // want `every request is refused, and what is read from a file ends in one`
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString(pair))
	return nil
}

// Other sources.

func command(req *http.Request) error {
	out, err := exec.Command("vault", "print", "token").Output()
	if err != nil {
		return err
	}
	req.Header.Set("X-Vault-Token", string(out)) // want `what is read from a command's output ends in one`
	return nil
}

func typed(req *http.Request) error {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n') // want `what is read from a line of input ends in one`
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+line)
	return nil
}

func scanned(req *http.Request) {
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	req.Header.Set("Authorization", "Bearer "+in.Text())
}

func piped(req *http.Request) error {
	in, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(in)) // want `what is read from a pipe ends in one`
	return nil
}

func opened(req *http.Request, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	in, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(in)) // want `what is read from a file ends in one`
	return nil
}

func answer(req *http.Request, resp *http.Response) error {
	in, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(in))
	return nil
}

func environment(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+os.Getenv("SHOP_TOKEN")) // want `a space or newline round SHOP_TOKEN makes every request fail, and looks like a wrong key; use strings.TrimSpace`
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(os.Getenv("SHOP_KEY")))
}

// Files that are known to have no newline.

const mounted = "/var/run/secrets/kubernetes.io/serviceaccount/token"

func kubernetes(req *http.Request) error {
	token, err := os.ReadFile(mounted)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(token))
	return nil
}

// cached is a file that the package writes itself.
func cached(home string) string { return filepath.Join(home, ".shop-token") }

func save(home, token string) error { return os.WriteFile(cached(home), []byte(token), 0o600) }

func own(req *http.Request, home string) error {
	token, err := os.ReadFile(cached(home))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+string(token))
	return nil
}

// The variable's name is put together.
func named(req *http.Request, name string) {
	req.Header.Set("Authorization", "Bearer "+os.Getenv("SHOP_"+strings.ToUpper(name))) // want `a space or newline round this variable's value makes every request fail`
}

// Command snapshot prints the status of an account. Its client was built to retry.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"time"

	"example.com/aelix/wrong/apierr"
	"example.com/aelix/wrong/httpx"
	"github.com/hashicorp/go-retryablehttp"
)

func main() {
	base := flag.String("base", httpx.Production, "base `url` of the API")
	account := flag.String("account", "", "account `id`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	status, err := run(ctx, *base, *account)
	if err != nil {
		fmt.Fprintln(os.Stderr, "snapshot:", err)
		os.Exit(1)
	}
	fmt.Println(status)
}

// run puts a transport where the one was that retries.
func run(ctx context.Context, base, account string) (string, error) {
	hc := retryablehttp.NewClient().StandardClient()
	hc.Timeout = 20 * time.Second
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSHandshakeTimeout = 5 * time.Second
	hc.Transport = t
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/accounts/"+url.PathEscape(account), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(os.Getenv("AELIX_API_KEY")))
	resp, err := hc.Do(req) // want: noretry
	if err != nil {
		return "", err
	}
	defer httpx.Close(resp)
	if err := apierr.Check(resp); err != nil {
		return "", err
	}
	var out struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Data.Status, err
}

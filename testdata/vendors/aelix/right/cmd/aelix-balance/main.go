// Command aelix-balance prints one balance and exits, long before its token does.
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

	"example.com/aelix/right/aelix"
	"example.com/aelix/right/auth"
	"example.com/aelix/right/transport"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "aelix-balance:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	base := flag.String("base", aelix.Production, "base `url` of the API")
	tokenURL := flag.String("token-url", auth.TokenURL, "`url` of the token endpoint")
	id := flag.String("account", "", "account `id`")
	flag.Parse()

	// A secret pasted into an environment file easily brings a space with it.
	secret := strings.TrimSpace(os.Getenv("AELIX_CLIENT_SECRET"))
	hc := transport.New(nil)
	token, err := auth.Fetch(ctx, hc, *tokenURL, os.Getenv("AELIX_CLIENT_ID"), secret)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, *base+"/v1/accounts/"+url.PathEscape(*id)+"/balance", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := transport.Check(resp); err != nil {
		return err
	}
	var out struct {
		Data aelix.Balance `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return err
	}
	fmt.Println(out.Data.Amount, out.Data.Currency)
	return nil
}

package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall/js"
)

type signer struct{ id, secret string }

func (s signer) sign(r *http.Request) {
	scope := "20240101/us-east-1/s3/aws4_request"
	signed := "host;x-amz-date;x-amz-content-sha256"
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s", s.id, scope, signed, s.secret))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+s.id+"/"+scope+", SignedHeaders="+signed)
}

func main() {
	var s signer
	s.secret = js.Global().Call("prompt", "secret").String()
	r, _ := http.NewRequest("GET", "/", nil)
	s.sign(r)
	r.SetBasicAuth("service-account-01", js.Global().Call("prompt", "password-1").String())
	user := "service-account-01"
	r.Header.Set("Authorization", "Basic "+js.Global().Call("btoa", user+":"+s.secret).String())
	i18n := map[string]string{"password": "Password", "auth.password2": "Repeat password 2", "token": "Token 1"}
	_ = i18n
	js.Global().Get("localStorage").Call("setItem", "token", s.secret)
	js.Global().Get("localStorage").Call("getItem", "access_token_v2")
	cookie := "session=" + s.id
	r.Header.Set("Cookie", cookie)
	r.Header.Set("X-CSRF-Token", "csrf-token-8812")
	r.Header.Set("Authorization", strings.TrimSpace(" Bearer ")+" "+s.id)
	js.Global().Get("input").Set("secret", "form-field-99")
	fmt.Println("api_key=missing", "?token=required1")
	js.Global().Get("posthog").Call("init", "phc_9fK2mQ7xW4nB8vR1tY6zAAbbCCddEEffGGhh", map[string]any{"api_host": "https://eu.i.posthog.com"})
	js.Global().Get("mapboxgl").Set("accessToken", "pk."+"eyJ1IjoiYWNtZSIsImEiOiJjbGFiYzEyMyJ9.q7mN2vR4tY6zW8xB1cD3eF")
	hash := "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	commit := "356a192b7913b04c54574d18c28d46e6395428ab"
	uuid := "7f1c2b34-5d6e-4f70-8a9b-0c1d2e3f4a5b"
	fmt.Println(hash, commit, uuid)
}

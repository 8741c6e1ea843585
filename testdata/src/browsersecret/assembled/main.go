// Keys that are put together when the program starts are in the wasm file all
// the same.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"syscall/js"
)

var joined = strings.Join([]string{"sk", "live", "51HqT8rN2mWv4Xc7Lb9Zk3Pd"}, "_") // want `visitors can read a Stripe secret key`

const tail = "4Jx7Vd2Kq9Wm5Tz8Rb3Np6Lc"

var (
	prefix = "sk_" + kind() // a function's result is not looked into
	parts  = []string{"sk_live", "6Hq2Zk9Lw4Xc1Vb8Nm3Rt6Yp"}
	from   = parts[0] + "_" + parts[1] // want `visitors can read a Stripe secret key`
)

func kind() string { return "live_" }

func main() {
	var b strings.Builder
	b.WriteString("sk_li")
	b.WriteString("ve_")
	b.WriteString(tail)
	js.Global().Set("built", b.String()) // want `visitors can read a Stripe secret key`

	js.Global().Set("formatted", fmt.Sprintf("%s_%s_%s", "sk", "live", tail))                                // want `visitors can read a Stripe secret key`
	js.Global().Set("printed", fmt.Sprint("sk_", "live_", tail))                                             // want `visitors can read a Stripe secret key`
	js.Global().Set("replaced", strings.ReplaceAll("sk-live-3Tz8Rb5Np6Lc4Jx7Vd2Kq9Wm", "-", "_"))            // want `visitors can read a Stripe secret key`
	js.Global().Set("trimmed", strings.TrimPrefix("xsk_live_", "x")+strings.TrimSpace(tail))                 // want `visitors can read a Stripe secret key`
	js.Global().Set("bytes", string([]byte{'s', 'k', '_', 'l', 'i', 'v', 'e', '_'})+strings.Repeat(tail, 1)) // want `visitors can read a Stripe secret key`
	js.Global().Set("runes", string([]rune{'s', 'k'})+"_live_"+tail)                                         // want `visitors can read a Stripe secret key`
	js.Global().Set("buffer", bytes.NewBufferString("sk_live_").String()+tail)                               // the buffer may be written to

	plain, _ := base64.StdEncoding.DecodeString("c2tfbGl2ZV83VGI5Wms0THczWGMxVmI4Tm0yUnQ1WXA=") // want `visitors can read a Stripe secret key`
	raw, _ := hex.DecodeString("736b5f6c6976655f3958633156623854623957")                        // want `visitors can read a Stripe secret key`
	js.Global().Set("decoded", string(plain)+string(raw))

	// A scheme before a key does not cut it: the key is what is reported.
	h := http.Header{}
	h.Set("Authorization", fmt.Sprintf("Bearer %s", "sk_live_8Nm3Rt6Yp6Hq2Zk9Lw4Xc1Vb")) // want `visitors can read a Stripe secret key`

	// Cut up, and used as a credential though it does not look like one.
	h.Set("X-Api-Key", strings.Join([]string{"k7", "Tq", "9w", "Lm", "4z"}, "")) // want `visitors can read a credential \(header X-Api-Key\)`

	// A joined text that is no credential.
	js.Global().Set("list", strings.Join([]string{"alpha", "beta"}, "_"))
	h.Set("Accept", strings.Join([]string{"text/html", "application/json"}, ","))
	h.Set("Authorization", fmt.Sprintf("%s %s", "Bearer", js.Global().Get("token").String()))
	js.Global().Set("prefix", prefix+tail)
	js.Global().Set("from", from)
	js.Global().Set("joined", joined)
}

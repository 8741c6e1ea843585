package served

import (
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"os"

	"browsersecret/keys"
)

//go:embed static private
var files embed.FS

//go:embed private
var private embed.FS

//go:embed static/clean.js
var clean embed.FS

func handler() http.Handler {
	sub, err := fs.Sub(files, "static")
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.FS(sub))) // want `visitors can read a Stripe secret key \(sk_l…\) in static/app.js:2, which is served to them; keep it on the server`
	mux.Handle("/clean/", http.FileServerFS(clean))
	return mux
}

// The server reads its own file.
func config() ([]byte, error) { return private.ReadFile("private/key.pem") }

var page = template.Must(template.New("").Parse(`<script>Stripe({{.Key}})</script>`))

const (
	secret = "sk_live_" + "9fK2mQ7xW4nB8vR1tY6z"
	other  = "sk_live_" + "8fK2mQ7xW4nB8vR1tY6z"
	public = "pk_live_" + "9fK2mQ7xW4nB8vR1tY6z"
)

type data struct{ Key string }

func show(w http.ResponseWriter, r *http.Request) {
	_ = page.Execute(w, data{Key: secret})                                                         // want `visitors can read a Stripe secret key \(sk_l…, const served.secret\) in the page; keep it on the server or use a publishable key`
	_ = page.Execute(w, data{Key: keys.Stripe})                                                    // want `visitors can read a Stripe secret key \(sk_l…, const keys.Stripe\) in the page`
	_ = page.Execute(w, data{Key: "xoxb-" + "523456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx"}) // want `visitors can read a Slack token \(xoxb…\) in the page`
	table := map[string]any{}
	table["Key"] = other // want `const served.other`
	_ = page.Execute(w, table)
	_ = page.Execute(w, data{Key: public})
	_ = page.Execute(w, data{Key: os.Getenv("STRIPE_KEY")})
}

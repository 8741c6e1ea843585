package served

import (
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"os"
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
	public = "pk_live_" + "9fK2mQ7xW4nB8vR1tY6z"
)

type data struct{ Key string }

func show(w http.ResponseWriter, r *http.Request) {
	_ = page.Execute(w, data{Key: secret}) // want `visitors can read a Stripe secret key \(sk_l…\) in the page; keep it on the server or use a publishable key`
	_ = page.Execute(w, data{Key: public})
	_ = page.Execute(w, data{Key: os.Getenv("STRIPE_KEY")})
}

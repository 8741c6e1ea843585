module example.com/basiq

go 1.26.0

require (
	github.com/avast/retry-go/v4 v4.7.0
	github.com/go-resty/resty/v2 v2.17.2
	github.com/gorilla/mux v1.8.1
	golang.org/x/oauth2 v0.37.0
)

require golang.org/x/net v0.43.0 // indirect

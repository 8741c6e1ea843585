module example.com/flanks

go 1.26.0

require (
	github.com/avast/retry-go/v4 v4.7.0
	github.com/cenkalti/backoff/v5 v5.0.3
	github.com/go-resty/resty/v2 v2.17.2
	golang.org/x/oauth2 v0.37.0
)

require golang.org/x/net v0.43.0 // indirect

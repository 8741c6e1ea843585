package keys

import _ "embed"

const Stripe = "sk_live_" + "9fK2mQ7xW4nB8vR1tY6z"

const StripePublic = "pk_live_" + "9fK2mQ7xW4nB8vR1tY6z"

// Unused is a secret that no program refers to.
const Unused = "sk_live_" + "1aK2mQ7xW4nB8vR1tY6z"

// ServerOnly is used by code that the page never calls.
const ServerOnly = "sk_live_" + "2bK2mQ7xW4nB8vR1tY6z"

var Bot = "xoxb-" + "123456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx"

var Dropped = "xoxb-" + "223456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx"

//go:embed token.txt
var token string

// Token comes out of a file.
func Token() string { return token }

func Server() string { return ServerOnly }

// Backend is readable and says nothing by itself.
func Backend() string { return "corp-backend-2024" }

type Config struct {
	URL    string
	APIKey string
}

// Load holds a value that only its use identifies.
func Load() Config {
	return Config{URL: "https://api.corp.test/v1", APIKey: "blue-harbour-77"}
}

package tenants

import "net/http"

// Keys are by host.
var Keys = map[string]string{
	"north.tenants.example.com": "351979b6ede10ad4764a1bb079f61842",
	"south.tenants.example.com": "7e38725784668fa77807734d2bca32ff",
}

// Settings hold a key among other things.
var Settings = map[string]string{
	"base":  "https://api.tenants.test/v2",
	"build": "release-2024-11",
	"key":   "harbour-7731-gate",
}

var filled map[string]string

func init() {
	filled = make(map[string]string)
	filled["north"] = "8a1979b6ede10ad4764a1bb079f61842" // in an init function
}

func Filled(r *http.Request, tenant string) { r.Header.Set("X-Api-Key", filled[tenant]) }

// A Client takes a table and a name.
type Client struct {
	keys map[string]string
	name string
}

func New(keys map[string]string, name string) *Client { return &Client{keys, name} }

func (c *Client) Sign(r *http.Request) { r.Header.Set("X-Api-Key", c.keys[c.name]) }

// Main uses one key of a table.
func Main(table map[string]string, r *http.Request) { r.Header.Set("X-Api-Key", table["main"]) }

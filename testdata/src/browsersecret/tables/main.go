package main

import (
	"net/http"
	"syscall/js"

	"browsersecret/tenants" // want `\(package tables → package tenants → tenants.init → a literal\)`
)

var byTenant = map[string]string{
	"north.tenants.example.com": "451979b6ede10ad4764a1bb079f61842", // want `header X-Api-Key`
}

var nested = map[string]map[string]string{
	"live": {"host": "eu-central-1", "key": "lantern-4471-quay"}, // want `header X-Api-Key`
}

type account struct{ keys map[string]string }

func newAccount() *account {
	a := &account{keys: map[string]string{}}
	a.keys["a"] = "551979b6ede10ad4764a1bb079f61842" // want `header X-Api-Key`
	return a
}

func fill(m map[string]string) {
	m["a"] = "651979b6ede10ad4764a1bb079f61842" // want `header X-Api-Key`
}

func table() map[string]string {
	return map[string]string{"a": "751979b6ede10ad4764a1bb079f61842"} // want `header X-Api-Key`
}

func pick(tenant string) string {
	m := make(map[string]string)
	m[tenant] = "851979b6ede10ad4764a1bb079f61842" // want `header X-Api-Key`
	return m[tenant]
}

var makers = map[string]func() string{
	"a": func() string { return "951979b6ede10ad4764a1bb079f61842" }, // want `header X-Api-Key`
}

var list = []string{"", "a51979b6ede10ad4764a1bb079f61842"} // want `header X-Api-Key`

var added []string

var byNumber [4]string

func main() {
	tenant := js.Global().Get("location").Get("hostname").String()
	h := http.Header{}
	h.Set("X-Api-Key", byTenant[tenant])
	h.Set("X-Api-Key", nested["live"]["key"])
	h.Set("X-Api-Key", newAccount().keys[tenant])
	aliased := map[string]string{}
	fill(aliased)
	h.Set("X-Api-Key", aliased[tenant])
	h.Set("X-Api-Key", table()[tenant])
	h.Set("X-Api-Key", pick(tenant))
	h.Set("X-Api-Key", makers[tenant]())
	h.Set("X-Api-Key", list[len(tenant)])
	added = append(added, "b51979b6ede10ad4764a1bb079f61842") // want `header X-Api-Key`
	h.Set("X-Api-Key", added[0])
	byNumber[len(tenant)] = "c51979b6ede10ad4764a1bb079f61842" // want `header X-Api-Key`
	h.Set("X-Api-Key", byNumber[1])
	for _, token := range map[string]string{"a": "d51979b6ede10ad4764a1bb079f61842"} { // want `header Authorization`
		h.Set("Authorization", "Bearer "+token)
	}

	r := &http.Request{Header: h}
	tenants.Filled(r, tenant)
	h.Set("X-Api-Key", tenants.Keys[tenant])                                                // want `\(tables.main → tenants.Keys → a literal\)`
	h.Set("X-Api-Key", tenants.Settings["key"])                                             // want `\(tables.main → tenants.Settings → a literal\)`
	tenants.New(map[string]string{"a": "e51979b6ede10ad4764a1bb079f61842"}, tenant).Sign(r) // want `header X-Api-Key`
	tenants.Main(map[string]string{
		"main":  "f51979b6ede10ad4764a1bb079f61842", // want `header X-Api-Key`
		"other": "251979b6ede10ad4764a1bb079f61842",
	}, r)
}

package reg

import "browsersecret/store"

// The call runs whether or not somebody uses the variable.
var client = store.Open("xoxb-" + "323456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx")

// This is data, and nobody uses it.
var spare = "xoxb-" + "423456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx"

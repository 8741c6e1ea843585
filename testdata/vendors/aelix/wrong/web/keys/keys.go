// Package keys holds the keys of the frontend.
package keys

import "strings"

// Widget is made to be seen by everybody.
const Widget = "pk_live_t6Bq2LxW9mNz4RvJ8cKd5HyP"

// Sandbox opens made-up accounts only.
const Sandbox = "ak_test_m9Zc3QwV7tXb5LnK2fRj8YdG"

// Live opens every account of the bank, to everybody who reads the page's wasm.
const Live = "ak_live_f7Kp3ZxV9qWn2TbR6mLc8YdJ" // want: browsersecret

// Partner is put together when the program starts, so that no scanner of source finds it. Browsers do.
var Partner = strings.Join([]string{"ak", "live", "c5Tn8WqZ2vXm7LrK4bJp9HsG"}, "_") // want: browsersecret

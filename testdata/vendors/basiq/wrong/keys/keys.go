// Package keys has what pages and jobs of this house put into their requests.
package keys

// Header is where a key goes. It is no secret.
const Header = "Authorization"

// Keys of the pages.
const (
	Dashboard = "YzAyOTAxMDMtODU1ZC00ZjU1LTk5ZWMtODcxMmU4ZTM1NzRmOjZlNzA0MjQ1LWE0ZmYtNDFlMy1hNzk0LTliODBkY2IwYjgyZQ==" // want: browsersecret
	Console   = "ZGUxYjE0NzEtMzIwYS00OGVhLWI3YTctODhkMTA2NzYyODMyOjQzNTBjYzE3LTIxZTUtNGYyMS1hY2Q1LTUyYTA5ZGRiZWYxMg==" // want: browsersecret
)

// Batch is the key of the nightly job, which no page reaches.
const Batch = "OWVkODllZGQtZDY4NC00MzI1LWI2MDAtZTYxMjllYzA0ZWNlOjYyN2JmMzIyLTVmYWMtNGNiNi1hMzRhLWNiMTE1ZWUzNDdkZA=="

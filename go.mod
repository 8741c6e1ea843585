module github.com/apivet/apivet

go 1.26.0

require golang.org/x/tools v0.52.0

require (
	github.com/goccy/go-yaml v1.19.2 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
)

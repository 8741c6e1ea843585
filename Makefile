# Shorthands; nothing here is needed. See README.md.
.PHONY: build demo test generate ci

build: ; go build -o bin/ ./cmd/apivet

demo: ; -go run ./cmd/apivet -C sample ./...

test: ; sh .ci/test

generate: ; go generate ./...

ci: ; sh .ci/run

# Shorthands; nothing here is needed. See README.md.
.PHONY: build install demo fix test generate new ci

build: ; go build -o bin/ ./cmd/apivet

install: ; go install ./cmd/apivet

demo: ; -go run ./cmd/apivet -C sample -notes ./...

# apivet on itself, and what it can mend safely.
fix: ; go run ./cmd/apivet -fix ./...

test: ; sh .ci/test

generate: ; go generate ./...

# A new check that compiles and whose tests lead on: make new CHECK=name
new: ; go run ./tools/newcheck . $(CHECK) && go generate ./tools/gendocs

ci: ; sh .ci/run

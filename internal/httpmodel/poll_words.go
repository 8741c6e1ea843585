package httpmodel

import (
	"strings"
	"unicode"
)

// A stateClass is what a state's name says of the work.
type stateClass int

const (
	classUnknown stateClass = iota
	classPending            // it goes on
	classGood               // it is done, and well
	classEnded              // it is done, well or not
	classFailed             // it will never be done
)

// wordClass returns what a state's name says: "Succeeded", "IN_PROGRESS",
// "STATUS_FAILED".
func wordClass(word string) stateClass {
	class := classUnknown
	words := stateWords(word)
	for i, w := range words {
		c := classUnknown
		switch w {
		case "failed", "fail", "failure", "fails", "error", "errored", "errors", "cancelled", "canceled", "cancel", "aborted", "abort", "rejected", "denied",
			"declined", "expired", "timeout", "timedout", "killed", "crashed", "crash", "dead", "invalid", "fault", "faulted", "unhealthy", "revoked",
			"blocked", "exited", "terminated", "deleted", "lost", "unsuccessful", "broken", "err", "exception", "failing", "undeliverable":
			c = classFailed
		case "success", "successful", "succeeded", "succeed", "succeeds", "successfully", "ok", "passed", "ready", "active", "available", "online", "running",
			"healthy", "issued", "verified", "approved", "confirmed", "deployed", "provisioned", "enabled", "installed", "live", "valid", "up", "operational":
			c = classGood
		case "done", "completed", "complete", "finished", "finish", "ended", "closed", "stopped", "processed", "final", "terminal", "completion":
			c = classEnded
		case "pending", "queued", "progress", "processing", "waiting", "starting", "started", "creating", "created", "new", "scheduled", "init",
			"initializing", "provisioning", "inprogress", "queue", "inqueue", "deploying", "building", "updating", "submitted", "accepted", "retrieving",
			"deleting", "pendingapproval", "unknown", "unspecified", "working", "busy", "inflight", "incomplete", "unfinished", "preparing":
			c = classPending
		}
		if i > 0 && (words[i-1] == "not" || words[i-1] == "un" || words[i-1] == "non") {
			c = classPending
		}
		// "running" says little beside "error", "pending" beside "deleted".
		if class == classUnknown || c == classFailed || c != classUnknown && class == classEnded {
			class = max(class, c)
		}
	}
	return class
}

// stateWords splits a state's name into lower-case words.
func stateWords(word string) []string {
	var list []string
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if part == strings.ToUpper(part) {
			list = append(list, strings.ToLower(part))
			continue
		}
		list = append(list, camelWords(part)...)
	}
	return list
}

// namesState reports whether a field or method of that name holds a state.
func namesState(name string) bool {
	words := stateWords(strings.TrimPrefix(name, "Get"))
	for i, w := range words {
		switch w {
		case "status", "state", "phase", "stage", "lifecycle", "conclusion", "outcome", "condition", "statuscode", "progress":
			return i == len(words)-1 || words[i+1] == "code" || words[i+1] == "type" || words[i+1] == "name"
		case "result":
			return len(words) == 1
		}
	}
	return false
}

// namesFlag reports whether a boolean of that name says how far work is.
func namesFlag(name string) bool {
	words := stateWords(strings.TrimPrefix(name, "Get"))
	if len(words) > 1 && (words[0] == "is" || words[0] == "has" || words[0] == "was") {
		words = words[1:]
	}
	return len(words) > 0 && len(words) <= 3 && wordClass(strings.Join(words, "_")) != classUnknown
}

// namesFailure reports whether a field of that name tells that work has failed.
func namesFailure(name string) bool {
	words := stateWords(strings.TrimPrefix(name, "Get"))
	for _, w := range words {
		switch w {
		case "error", "errors", "err", "failed", "failure", "failures", "errored", "blocked", "rejected", "fault", "exception", "faults", "fail":
			return true
		}
	}
	return false
}

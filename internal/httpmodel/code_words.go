package httpmodel

import "regexp"

// saysAgain matches the shortest ways to say that something is to be tried again.
var saysAgain = regexp.MustCompile(`(?i)^(?:please )?(?:try again|retry later|try later|come back|wait|later)[.!]?$`)

// nameTreats returns what a name says that is done about a code.
func nameTreats(name string) CodeTreatment {
	has := func(words ...string) bool { return nameHas(name, words...) }
	if has("not", "non", "no", "never", "dont", "cannot", "stop", "without", "exhausted", "limit", "max", "after") {
		return CodeUnknown
	}
	again := has("retry", "retryable", "retriable", "retrying", "retries", "again", "requeue", "reschedule", "repeat", "resend", "transient", "temporary", "backoff", "wait", "poll")
	user := has("user", "customer") && has("ask", "notify", "tell", "prompt", "email", "alert", "needs", "need", "requires", "action", "inform") || has("prompt", "reauth", "reauthenticate", "reauthorize", "relogin", "relink", "reconsent")
	fixed := has("permanent", "fatal", "abort", "unrecoverable", "reject", "rejected")
	switch {
	case again && !user && !fixed:
		return CodeAgain
	case user && !again && !fixed:
		return CodeUser
	case fixed && !again && !user:
		return CodeFixed
	}
	return CodeUnknown
}

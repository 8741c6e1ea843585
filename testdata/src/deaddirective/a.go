//apivet:provider basiq

// Package deaddirective has directives that have no effect, and some that do.
package deaddirective

import "net/http"

//apivet:provider stripe
type client struct{ http *http.Client }

type (
	//apivet:provider stripe
	grouped struct{ http *http.Client }
)

//apivet:webhook github
func receive(w http.ResponseWriter, r *http.Request) {}

//apivet:webhook
func unknownSender(w http.ResponseWriter, r *http.Request) {}

// send is documented.
//
//apivet:provider Basiq
func (c *client) send(url string) {
	//apivet:ignore bodyleak the process ends here
	c.http.Get(url)
	c.http.Get(url) //apivet:ignore bodyleak,keepalive the process ends here

	c.http.Get(url) //apivet:ignore bodyleak // want `apivet:ignore bodyleak has no reason and suppresses nothing; say why the finding does not matter`
	c.http.Get(url) //apivet:ignore bodyleak, keepalive for a reason // want `apivet:ignore names bodyleak alone: what comes after the space is its reason; write bodyleak,keepalive`
	c.http.Get(url) //apivet:ignore // want `apivet:ignore names no check and suppresses nothing`
	c.http.Get(url) //apivet:ignore bodyleek for a reason // want `apivet:ignore names an unknown check, "bodyleek", did you mean "bodyleak"\?`
	c.http.Get(url) //apivet:ignore bodyleak,xyz for a reason // want `apivet:ignore names an unknown check, "xyz"$`
	c.http.Get(url) //apivet:ignroe bodyleak for a reason // want `apivet:ignroe is no directive and does nothing, did you mean "ignore"\?`
	c.http.Get(url) // apivet:ignore bodyleak for a reason // want `a directive has no space before apivet:ignore: this comment does nothing`
	c.http.Get(url) //apivet:provider basiq // want `apivet:provider does nothing here; it belongs above the package clause or in the documentation of a function or type`
	c.http.Get(url) //apivet:webhook github // want `apivet:webhook does nothing here; it belongs in the documentation of a handler`
}

//apivet:provider strype // want `apivet:provider names an unknown vendor, "strype", did you mean "stripe"\?`
func misspelt() {}

//apivet:provider // want `apivet:provider names no provider and does nothing`
func nameless() {}

//apivet:webhook githab // want `apivet:webhook names an unknown vendor, "githab", did you mean "github"\?`
func misspeltSender(w http.ResponseWriter, r *http.Request) {}

//apivet:provider basiq // want `apivet:provider does nothing here`
var variable = 1

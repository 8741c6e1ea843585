// Package analyzers is the public catalogue of apivet's checks: plain
// go/analysis analyzers for any driver.
package analyzers

import (
	"golang.org/x/tools/go/analysis"

	"github.com/apivet/apivet/internal/check"
	"github.com/apivet/apivet/passes/accepted"
	"github.com/apivet/apivet/passes/apiheader"
	"github.com/apivet/apivet/passes/authscheme"
	"github.com/apivet/apivet/passes/badbackoff"
	"github.com/apivet/apivet/passes/bodyleak"
	"github.com/apivet/apivet/passes/browsercall"
	"github.com/apivet/apivet/passes/browsersecret"
	"github.com/apivet/apivet/passes/clientperrequest"
	"github.com/apivet/apivet/passes/conflict"
	"github.com/apivet/apivet/passes/contenttype"
	"github.com/apivet/apivet/passes/contextlost"
	"github.com/apivet/apivet/passes/deaddirective"
	"github.com/apivet/apivet/passes/envmix"
	"github.com/apivet/apivet/passes/errorcodes"
	"github.com/apivet/apivet/passes/errordetails"
	"github.com/apivet/apivet/passes/errorid"
	"github.com/apivet/apivet/passes/errorswallow"
	"github.com/apivet/apivet/passes/errortext"
	"github.com/apivet/apivet/passes/fieldselect"
	"github.com/apivet/apivet/passes/hardcodedsecret"
	"github.com/apivet/apivet/passes/jwtunverified"
	"github.com/apivet/apivet/passes/keepalive"
	"github.com/apivet/apivet/passes/noretry"
	"github.com/apivet/apivet/passes/notimeout"
	"github.com/apivet/apivet/passes/nullfield"
	"github.com/apivet/apivet/passes/openproxy"
	"github.com/apivet/apivet/passes/pagination"
	"github.com/apivet/apivet/passes/pollloop"
	"github.com/apivet/apivet/passes/region"
	"github.com/apivet/apivet/passes/responsetime"
	"github.com/apivet/apivet/passes/retrybody"
	"github.com/apivet/apivet/passes/retryclass"
	"github.com/apivet/apivet/passes/secretleak"
	"github.com/apivet/apivet/passes/statusunchecked"
	"github.com/apivet/apivet/passes/tokenrefresh"
	"github.com/apivet/apivet/passes/tokenspace"
	"github.com/apivet/apivet/passes/unsaferetry"
	"github.com/apivet/apivet/passes/webhookack"
	"github.com/apivet/apivet/passes/webhookbody"
	"github.com/apivet/apivet/passes/webhookdeadline"
	"github.com/apivet/apivet/passes/webhooksig"
	"github.com/apivet/apivet/passes/webhookurl"
)

type entry struct {
	spec     *check.Spec
	analyzer *analysis.Analyzer
}

// catalogue lists every check in the order of the documentation.
func catalogue() []entry {
	return []entry{
		{accepted.Spec, accepted.Analyzer},
		{apiheader.Spec, apiheader.Analyzer},
		{authscheme.Spec, authscheme.Analyzer},
		{badbackoff.Spec, badbackoff.Analyzer},
		{bodyleak.Spec, bodyleak.Analyzer},
		{browsercall.Spec, browsercall.Analyzer},
		{browsersecret.Spec, browsersecret.Analyzer},
		{clientperrequest.Spec, clientperrequest.Analyzer},
		{conflict.Spec, conflict.Analyzer},
		{contenttype.Spec, contenttype.Analyzer},
		{contextlost.Spec, contextlost.Analyzer},
		{deaddirective.Spec, deaddirective.Analyzer},
		{envmix.Spec, envmix.Analyzer},
		{errorcodes.Spec, errorcodes.Analyzer},
		{errordetails.Spec, errordetails.Analyzer},
		{errorid.Spec, errorid.Analyzer},
		{errorswallow.Spec, errorswallow.Analyzer},
		{errortext.Spec, errortext.Analyzer},
		{fieldselect.Spec, fieldselect.Analyzer},
		{hardcodedsecret.Spec, hardcodedsecret.Analyzer},
		{jwtunverified.Spec, jwtunverified.Analyzer},
		{keepalive.Spec, keepalive.Analyzer},
		{noretry.Spec, noretry.Analyzer},
		{notimeout.Spec, notimeout.Analyzer},
		{nullfield.Spec, nullfield.Analyzer},
		{openproxy.Spec, openproxy.Analyzer},
		{pagination.Spec, pagination.Analyzer},
		{pollloop.Spec, pollloop.Analyzer},
		{region.Spec, region.Analyzer},
		{responsetime.Spec, responsetime.Analyzer},
		{retrybody.Spec, retrybody.Analyzer},
		{retryclass.Spec, retryclass.Analyzer},
		{secretleak.Spec, secretleak.Analyzer},
		{statusunchecked.Spec, statusunchecked.Analyzer},
		{tokenrefresh.Spec, tokenrefresh.Analyzer},
		{tokenspace.Spec, tokenspace.Analyzer},
		{unsaferetry.Spec, unsaferetry.Analyzer},
		{webhookack.Spec, webhookack.Analyzer},
		{webhookbody.Spec, webhookbody.Analyzer},
		{webhookdeadline.Spec, webhookdeadline.Analyzer},
		{webhooksig.Spec, webhooksig.Analyzer},
		{webhookurl.Spec, webhookurl.Analyzer},
	}
}

// All returns every check.
func All() []*analysis.Analyzer {
	var list []*analysis.Analyzer
	for _, e := range catalogue() {
		list = append(list, e.analyzer)
	}
	return list
}

// Specs returns the documentation of every check, in the order of [All].
func Specs() []*check.Spec {
	var list []*check.Spec
	for _, e := range catalogue() {
		list = append(list, e.spec)
	}
	return list
}

// ByName returns the check of that name, or nil.
func ByName(name string) *analysis.Analyzer {
	for _, e := range catalogue() {
		if e.spec.Name == name {
			return e.analyzer
		}
	}
	return nil
}

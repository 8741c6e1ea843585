// Package check describes a check as data and runs it: it filters what every
// check must ignore (tests, generated files, examples, suppressed lines) and
// turns findings into diagnostics.
package check

// Severity tells how certain a finding's harm is.
type Severity string

const (
	// Error is wrong on every run that meets the condition.
	Error Severity = "error"
	// Warning fails under load, faults or time.
	Warning Severity = "warning"
	// Note is advice; notes are off unless asked for.
	Note Severity = "note"
)

// Confidence tells how sure the analysis is of a finding. A check of low
// confidence is not shipped.
type Confidence string

const (
	High   Confidence = "high"
	Medium Confidence = "medium"
)

// A Source is a sentence of a vendor's page that warns of the pitfall.
type Source struct {
	Vendor string // name as the vendor writes it
	Text   string // the sentence
	URL    string // the page, empty where it has no public address
}

// A Repair is a kind of fix that a check has.
type Repair struct {
	Safety Safety
	Text   string // what it changes and when it is offered, a sentence
}

// Flag returns the flag of apivet that applies the repair.
func (r Repair) Flag() string {
	if r.Safety == Safe {
		return "-fix"
	}
	return "-fix=all"
}

// A Spec documents one check. Its text is what `apivet explain` prints and
// what docs/checks is made of.
type Spec struct {
	Name       string     // the analyzer's name: one lower-case word for the bad thing
	Title      string     // what is reported, in one line, no final stop
	Why        string     // what happens at run time
	Bad, Good  string     // complete Go files, package p, that compile; Bad has a finding, Good has none
	Limits     string     // what the check does not see, and where it stays silent on purpose
	Sources    []Source   // vendors' sentences that the check comes from
	Severity   Severity   // the highest severity the check reports
	Confidence Confidence // see Confidence
	Path       bool       // the related places of a finding are the steps of a path, in order
	Secret     bool       // findings point at credentials: no literal of their source lines is printed
	YieldsTo   string     // a check whose finding about the same place says more, so that this one's is left out; or ""
	Fix        string     // what to do instead, in one or two sentences
	Repairs    []Repair   // what -fix does; every [Fix] of the check is one of these
	Precision  string     // how often its findings were right, and where that was measured
	Since      string     // the first version that has the check
	References []string   // further reading
}

// URL returns the address of the check's page.
func (s *Spec) URL() string {
	return "https://github.com/apivet/apivet/blob/main/docs/checks/" + s.Name + ".md"
}

package httpmodel

// An Answer is what the model knows of a question.
type Answer int

const (
	Unknown Answer = iota // not seen whole: say nothing
	Yes                   // holds on every path
	No                    // proven not to hold
)

func (a Answer) String() string {
	switch a {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

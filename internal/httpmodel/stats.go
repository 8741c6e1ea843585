package httpmodel

// Stats tell how well the model knows a package: what it answers to the
// questions that checks ask about each request.
type Stats struct {
	Sends   int // requests
	Bounded int // requests whose play hit a bound, so that all answers are unknown
	Answers map[string]Tally
}

// A Tally counts the answers to one question, over the requests that it can be
// asked about.
type Tally struct{ Yes, No, Unknown int }

// questions are asked about every request that gives an answer to its caller.
var questions = map[string]func(*Send) Answer{
	"body closed":     func(s *Send) Answer { a, _ := s.BodyClosed(); return a },
	"status checked":  func(s *Send) Answer { a, _ := s.StatusChecked(); return a },
	"error body read": func(s *Send) Answer { a, _ := s.ErrorBodyRead(); return a },
	"fails to caller": func(s *Send) Answer { a, _ := s.FailsToCaller(); return a },
	"idempotent":      (*Send).Idempotent,
}

// Stats asks all questions about all requests.
func (m *Model) Stats() Stats {
	stats := Stats{Answers: make(map[string]Tally)}
	for _, s := range m.Sends() {
		stats.Sends++
		if !s.GivesAnswer() {
			continue
		}
		if s.Play().Overflow {
			stats.Bounded++
		}
		for name, ask := range questions {
			t := stats.Answers[name]
			switch ask(s) {
			case Yes:
				t.Yes++
			case No:
				t.No++
			default:
				t.Unknown++
			}
			stats.Answers[name] = t
		}
	}
	return stats
}

// Add adds what another package's model answered.
func (s *Stats) Add(other Stats) {
	if s.Answers == nil {
		s.Answers = make(map[string]Tally)
	}
	s.Sends += other.Sends
	s.Bounded += other.Bounded
	for name, t := range other.Answers {
		sum := s.Answers[name]
		s.Answers[name] = Tally{sum.Yes + t.Yes, sum.No + t.No, sum.Unknown + t.Unknown}
	}
}

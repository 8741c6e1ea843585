package store

type Store struct{ token string }

var open []*Store

func Open(token string) *Store {
	s := &Store{token}
	open = append(open, s)
	return s
}

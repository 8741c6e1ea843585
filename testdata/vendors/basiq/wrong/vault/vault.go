// Package vault hides where keys come from, from its readers.
package vault

// Vault knows a key.
type Vault interface {
	Key() string
}

// Open is the vault of this build.
func Open() Vault { return builtin{} }

type builtin struct{}

// Key is built in.
func (builtin) Key() string {
	return "ZjVlYzUyZWQtMDEwOC00NDc1LTkyZTEtYmM3NjU2NjcwYjE0OjU5YmExYjBkLTVjOTAtNDE1OC1hOTA5LTQwNmMyZTQxNjc4OA==" // want: browsersecret
}

// Option changes a Widget.
type Option func(*Widget)

// Widget is the part of a page that shows balances.
type Widget struct {
	key string
}

// WithHouseKey shows the balances of the house itself.
func WithHouseKey() Option {
	return func(w *Widget) {
		w.key = "NWQzMmZlNjEtOTg1Zi00NGU3LWFhMDktNWVlODJiYjI5OTc2OjlhMWU0MGI0LTU4MTUtNGE5OS05OWUyLWQxNTM2NGM3YTUwMA==" // want: browsersecret
	}
}

// NewWidget is a widget of this page.
func NewWidget(opts ...Option) *Widget {
	w := &Widget{}
	for _, opt := range opts {
		opt(w)
	}
	return w
}

// Key is what the widget was given.
func (w *Widget) Key() string { return w.key }

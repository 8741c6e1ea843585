// Package other stands for a decoder that is not described.
package other

import "io"

// A Decoder reads values.
type Decoder struct{ r io.Reader }

// NewDecoder returns a Decoder over r.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{r} }

// Decode reads a value.
func (d *Decoder) Decode(v any) error {
	_, err := io.ReadAll(d.r)
	return err
}

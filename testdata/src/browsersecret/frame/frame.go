package frame

import "syscall/js"

type Composer interface{ Render() string }
type Mounter interface{ OnMount() }

func Run(c Composer) {
	js.Global().Get("document").Set("title", c.Render())
	if m, ok := c.(Mounter); ok {
		m.OnMount()
	}
}

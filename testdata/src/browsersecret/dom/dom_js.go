package dom

import "syscall/js"

func Text(s string) { js.Global().Get("document").Set("title", s) }

func Ask(s string) string { return js.Global().Call("prompt", s).String() }

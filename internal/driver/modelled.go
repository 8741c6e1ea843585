package driver

// modelled reports whether importing the package may give code an outbound
// request, an inbound handler or a fact about either.
func modelled(importPath string) bool {
	return importPath == "net/http"
}

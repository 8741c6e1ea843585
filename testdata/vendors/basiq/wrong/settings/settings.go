// Package settings has the settings that a page starts with.
package settings

// Settings say how to reach Basiq.
type Settings struct {
	Path   string
	APIKey string
}

// Default is made when the program starts.
var Default = load()

func load() Settings {
	s := Settings{Path: "/basiq/token"}
	s.APIKey = "NjhiNGFlZjctM2VhYS00ZTE3LTlkOGEtNGVhY2U2OTNhZTJkOjE0MmM4MzY0LTc4MDYtNDU3Ny05M2U3LTgzZTdlYjA0YjM5Yg==" // want: browsersecret
	return s
}

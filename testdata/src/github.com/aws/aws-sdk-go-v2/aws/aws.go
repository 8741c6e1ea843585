package aws

type Config struct {
	Region  string
	AppID   string
	Retries int
}

func String(v string) *string { return &v }

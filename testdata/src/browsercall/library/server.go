package library

import "net/http"

func askServer(key string) (*http.Response, error) {
	req, err := http.NewRequest("GET", "https://ai.example.com/v1/chat", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	return http.DefaultClient.Do(req)
}

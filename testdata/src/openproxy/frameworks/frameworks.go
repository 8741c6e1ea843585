// Package frameworks has handlers of frameworks.
package frameworks

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"
)

type server struct{ key string }

func (s *server) load() ([]string, error) {
	req, err := http.NewRequest("GET", "https://api.example.com/things", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var list []string
	return list, json.NewDecoder(resp.Body).Decode(&list)
}

func (s *server) things(c *gin.Context) {
	c.Header("Access-Control-Allow-Origin", "*") // want `every web page can use`
	list, err := s.load()
	if err != nil {
		c.JSON(502, nil)
		return
	}
	c.JSON(200, list)
}

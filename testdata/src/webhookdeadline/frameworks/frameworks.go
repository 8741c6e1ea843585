// Package frameworks has handlers of routers other than net/http's.
package frameworks

import (
	"context"
	"os/exec"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"webhookdeadline/jobs"
)

type server struct{ repo jobs.Repo }

func (s *server) gin(c *gin.Context) {
	ctx := c.Request.Context()
	go s.repo.Save(ctx, jobs.Event{}) // want `runs in the background on the request's context`
	c.Status(202)
}

func (s *server) ginOwn(c *gin.Context) {
	go s.repo.Save(context.WithoutCancel(c.Request.Context()), jobs.Event{})
}

func (s *server) ginHook(c *gin.Context) {
	if c.GetHeader("X-Gitlab-Token") == "" {
		return
	}
	exec.Command("docker", "build", ".").Run() // want `the command docker, which nothing limits: gitlab gives up`
}

func (s *server) echo(c echo.Context) error {
	go s.repo.Save(c.Request().Context(), jobs.Event{}) // want `runs in the background on the request's context`
	return c.NoContent(202)
}

func (s *server) webhook(c echo.Context) error {
	var e jobs.Event
	if err := c.Bind(&e); err != nil {
		return err
	}
	return jobs.Build(e.ID) // want `webhook answers only after the command make`
}

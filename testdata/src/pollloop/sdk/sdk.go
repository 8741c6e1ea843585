// Package sdk waits for jobs through a client whose errors are structs.
package sdk

import (
	"encoding/json"
	"time"

	"pollloop/transport"
)

type Step struct{ Title, Status string }

type Job struct {
	ID     string
	Steps  []Step
	Result string
}

type Service struct{ API *transport.API }

func (s *Service) GetJob(id string) (Job, *transport.APIError) {
	var job Job
	body, _, err := s.API.Send("GET", "/jobs/"+id, nil)
	if err != nil {
		return job, err
	}
	if err := json.Unmarshal(body, &job); err != nil {
		return job, &transport.APIError{Message: err.Error()}
	}
	return job, nil
}

func (s *Service) Wait(id string, until time.Time) (string, *transport.APIError) {
	for time.Now().Before(until) {
		job, err := s.GetJob(id)
		if err != nil {
			return "", nil // want `where the state cannot be asked for, this poll ends without an error`
		}
		if job.Steps[2].Status == "failed" { // want `the step is told by its place in the list`
			return "", &transport.APIError{Message: "failed"}
		} else if job.Steps[2].Status == "success" {
			return job.Result, nil
		}
		time.Sleep(time.Second)
	}
	return "", &transport.APIError{Message: "timeout"}
}

func (s *Service) WaitRight(id string, until time.Time) (string, *transport.APIError) {
	for time.Now().Before(until) {
		job, err := s.GetJob(id)
		if err != nil {
			return "", err
		}
		done := 0
		for _, step := range job.Steps {
			switch step.Status {
			case "failed":
				return "", &transport.APIError{Message: step.Title}
			case "success":
				done++
			}
		}
		if done > 0 && done == len(job.Steps) {
			return job.Result, nil
		}
		time.Sleep(time.Second)
	}
	return "", &transport.APIError{Message: "timeout"}
}

// WaitGone waits until there is no such job.
func (s *Service) WaitGone(id string, until time.Time) *transport.APIError {
	for time.Now().Before(until) {
		_, err := s.GetJob(id)
		if err != nil && err.Status == 404 {
			return nil
		}
		time.Sleep(time.Second)
	}
	return &transport.APIError{Message: "timeout"}
}

package accepted

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

const base = "https://au-api.basiq.io"

type client struct{ http *http.Client }

type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

func check(resp *http.Response) error {
	if resp.StatusCode < 300 {
		return nil
	}
	text, _ := io.ReadAll(resp.Body)
	return &refusal{string(text)}
}

// The bank is asked later, the balance is read now.
func (c *client) refresh(user, connection string) error {
	req, err := http.NewRequest(http.MethodPost, fmt.Sprintf(base+"/users/%s/connections/%s/refresh", user, connection), nil)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return check(resp)
}

// Said in one text, it is found.
func (c *client) reports(body []byte) error {
	resp, err := c.http.Post(base+"/reports", "application/json", bytes.NewReader(body)) // want `this may be answered with 202 by Basiq`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return check(resp)
}

// The job goes to the caller.
func (c *client) reportJob(body []byte) (string, error) {
	resp, err := c.http.Post(base+"/reports", "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if err := check(resp); err != nil {
		return "", err
	}
	var job struct{ ID string }
	err = json.NewDecoder(resp.Body).Decode(&job)
	return job.ID, err
}

// 202 is told apart.
func (c *client) reportLater(body []byte) (later bool, err error) {
	resp, err := c.http.Post(base+"/reports", "application/json", bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	if err := check(resp); err != nil {
		return false, err
	}
	return resp.StatusCode == http.StatusAccepted, nil
}

// A field says whether the work is still to be done.
type grant struct{ later bool }

func (c *client) reportGrant(body []byte) (grant, error) {
	resp, err := c.http.Post(base+"/reports", "application/json", bytes.NewReader(body))
	if err != nil {
		return grant{}, err
	}
	defer resp.Body.Close()
	if err := check(resp); err != nil {
		return grant{}, err
	}
	return grant{later: resp.StatusCode == http.StatusAccepted}, nil
}

// 202 is what this one always gets.
func (c *client) reportFails(body []byte) (string, error) {
	resp, err := c.http.Post(base+"/reports", "application/json", bytes.NewReader(body)) // want `this is answered with 202 by Basiq, which ends as an error`
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", errors.New(resp.Status)
	}
	var job struct{ ID string }
	err = json.NewDecoder(resp.Body).Decode(&job)
	return job.ID, err
}

// A message to whoever wants it.
func send(ctx context.Context, c *http.Client, destination, text string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, destination, bytes.NewBufferString(text))
	if err != nil {
		return err
	}
	resp, err := c.Do(req) // want `only 200 is taken for a success of this message`
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

func sendAny(c *http.Client, webhook string, text []byte) error {
	resp, err := c.Post(webhook, "text/plain", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return errors.New(resp.Status)
	}
	return nil
}

// An API of which the path is known says itself what it answers.
func (c *client) create(host string, body []byte) error {
	resp, err := c.http.Post(host+"/v1/hooks", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

package keepalive

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// limits are numbers and times that an answer's headers say: whoever keeps
// them holds no body.
type limits struct {
	left  int
	reset moment
}

type moment struct{ time.Time }

type reply struct {
	*http.Response
	limits limits
}

func newReply(resp *http.Response) *reply {
	r := reply{Response: resp}
	r.note()
	return &r
}

func (r *reply) note() {
	if s := r.Header.Get("X-Left"); s != "" {
		r.limits.left, _ = strconv.Atoi(s)
	}
	if s := r.Header.Get("X-Reset"); s != "" {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			r.limits.reset = moment{time.Unix(n, 0)}
		}
	}
}

type limited struct {
	http *http.Client
	last limits
	done func(*http.Request, *http.Response)
}

// A hook may read the body; where there is none and no target, nobody does.
func (c *limited) unread(req *http.Request, into any) (*reply, error) {
	resp, err := c.http.Do(req) // want `the body of a good answer is closed unread`
	if err != nil {
		return nil, err
	}
	if c.done != nil {
		c.done(req, resp)
	}
	defer resp.Body.Close()
	r := newReply(resp)
	c.last = r.limits
	if resp.StatusCode != http.StatusOK {
		return r, errors.New(resp.Status)
	}
	if into != nil {
		err = json.NewDecoder(resp.Body).Decode(into)
	}
	return r, err
}

// What is too long to be worth it is left unread.
func (c *limited) short(req *http.Request, into any) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() {
		if resp.ContentLength <= 4096 {
			io.CopyN(io.Discard, resp.Body, 4096)
		}
		resp.Body.Close()
	}()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	if into != nil {
		return json.NewDecoder(resp.Body).Decode(into)
	}
	return nil
}

// Who keeps the whole reply may read it yet.
type keeping struct {
	http *http.Client
	last reply
}

func (c *keeping) kept(req *http.Request) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	c.last = *newReply(resp)
	return nil
}

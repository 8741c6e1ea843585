package webhookbody

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

type event struct{ ID string }

type hooks struct{ queue chan []byte }

// Routes is where the requests come in.
func Routes(mux *http.ServeMux, h *hooks) {
	mux.HandleFunc("POST /in/a", h.whole)
	mux.HandleFunc("POST /in/b", h.decoded)
	mux.HandleFunc("POST /in/c", h.declared)
	mux.HandleFunc("POST /in/d", h.handed)
	mux.HandleFunc("POST /in/e", h.parsed)
	mux.HandleFunc("POST /in/f", h.limited)
	mux.HandleFunc("POST /in/g", h.limitedBefore)
	mux.HandleFunc("POST /in/h", h.limitedByHelper)
	mux.HandleFunc("POST /in/i", h.limitedReader)
	mux.HandleFunc("POST /in/j", h.form)
	mux.HandleFunc("POST /things", h.thing)
	mux.HandleFunc("POST /in/k", h.limitedType)
	mux.Handle("/webhooks/{slug}", &service{})
}

func (h *hooks) whole(w http.ResponseWriter, r *http.Request) {
	defer func() {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}()
	body, err := io.ReadAll(r.Body) // want `ReadAll takes all that anybody sends to this webhook, and memory runs out: nothing limits the body; use http.MaxBytesReader`
	if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- body
}

func (h *hooks) decoded(w http.ResponseWriter, r *http.Request) {
	var ev event
	if r.Header.Get("X-Gitlab-Event") == "" || json.NewDecoder(r.Body).Decode(&ev) != nil { // want `Decode takes all`
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- []byte(ev.ID)
}

// What the sender says of the length is no limit.
func (h *hooks) declared(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > 1<<20 || r.Header.Get("X-Line-Signature") == "" {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	body, err := io.ReadAll(r.Body) // want `ReadAll takes all`
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- body
}

// The reader is an argument; and it is given the body here.
func (h *hooks) handed(w http.ResponseWriter, r *http.Request) {
	body, err := Payload(r.Body, r.Header.Get("X-Hub-Signature-256"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- body
}

// Payload is given a body by whoever calls it.
func Payload(body io.Reader, signature string) ([]byte, error) {
	if signature == "" {
		return nil, io.ErrUnexpectedEOF
	}
	return io.ReadAll(body) // want `ReadAll takes all`
}

var headers = map[string]string{"github": "X-Hub-Signature-256", "gitea": "X-Gitea-Signature"}

// The request is parsed elsewhere, and the header's name is looked up.
func (h *hooks) parsed(w http.ResponseWriter, r *http.Request) {
	body, err := Parse(r, "github")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- body
}

// Parse returns the payload of a delivery.
func Parse(r *http.Request, vendor string) ([]byte, error) {
	body, err := io.ReadAll(r.Body) // want `ReadAll takes all`
	if err != nil || r.Header.Get(headers[vendor]) == "" {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

type service struct{}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ev event
	if err := json.NewDecoder(r.Body).Decode(&ev); err != nil { // want `Decode takes all`
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func ginHook(c *gin.Context) {
	body, err := c.GetRawData() // want `GetRawData takes all`
	if err != nil || c.GetHeader("X-Gitlab-Event") == "" {
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	_ = body
	c.Status(http.StatusOK)
}

// Engine registers it.
func Engine(e *gin.Engine) { e.POST("/gitlab", ginHook) }

// Right: limits of every kind.
func (h *hooks) limited(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- body
}

func (h *hooks) limitedBefore(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	var ev event
	if r.Header.Get("X-Gitlab-Event") == "" || json.NewDecoder(r.Body).Decode(&ev) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- []byte(ev.ID)
}

func (h *hooks) limitedByHelper(w http.ResponseWriter, r *http.Request) {
	body, err := readLimited(r.Body)
	if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- body
}

func readLimited(body io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(body, 1<<20+1))
	if len(b) > 1<<20 {
		return nil, io.ErrShortBuffer
	}
	return b, err
}

func (h *hooks) limitedReader(w http.ResponseWriter, r *http.Request) {
	limit := http.MaxBytesReader(w, r.Body, 1<<20)
	dec := json.NewDecoder(limit)
	dec.DisallowUnknownFields()
	var ev event
	if r.Header.Get("X-Gitlab-Event") == "" || dec.Decode(&ev) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- []byte(ev.ID)
}

func (h *hooks) limitedType(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(&io.LimitedReader{R: r.Body, N: 1 << 20})
	if err != nil || r.Header.Get("X-Hub-Signature-256") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- body
}

func (h *hooks) form(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Header.Get("X-Twilio-Signature") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.queue <- []byte(r.PostForm.Encode())
}

// Right: no webhook, and a client's own request.
func (h *hooks) thing(w http.ResponseWriter, r *http.Request) {
	var ev event
	if json.NewDecoder(r.Body).Decode(&ev) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func sign(req *http.Request) error {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.Header.Set("X-Hub-Signature-256", string(body[:1]))
	return nil
}

func send(c *http.Client) error {
	req, err := http.NewRequest(http.MethodPost, "https://hooks.example.com/in", bytes.NewReader([]byte("{}")))
	if err != nil {
		return err
	}
	if err := sign(req); err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// A decoder of the package fills what has a request; no request's body is.
type failure struct {
	Response *http.Response `json:"response"`
}

func decodeFailure(data []byte) (failure, error) {
	var f failure
	err := json.Unmarshal(data, &f)
	return f, err
}

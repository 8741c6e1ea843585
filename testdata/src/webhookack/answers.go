package webhookack

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
)

type item struct{ ID string }

type store interface {
	Load(id string) (*item, error)
	Put(*item) error
}

func noReturn(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		it, err := s.Load(r.URL.Path)
		if err != nil {
			http.Error(w, "not found", http.StatusNotFound) // want `the request goes on after it was refused with 404, and is answered again on every way; return here`
		}
		if err := json.NewEncoder(w).Encode(it); err != nil {
			log.Print(err)
		}
	}
}

// The error is answered by a helper.
func noReturnHelper(w http.ResponseWriter, r *http.Request, s store) {
	if r.Method != http.MethodPost {
		refuse(w, "only POST", http.StatusMethodNotAllowed) // want `goes on after it was refused with 405`
	}
	it := &item{ID: r.URL.Path}
	if err := s.Put(it); err != nil {
		refuse(w, "later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func refuse(w http.ResponseWriter, text string, status int) {
	log.Print(text)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, "{%q: %q}", "error", text)
}

// No request: it works for a handler.
func work(w http.ResponseWriter, s store, it *item) {
	if it.ID == "" {
		refuse(w, "no id", http.StatusBadRequest) // want `goes on after it was refused with 400`
	}
	if err := s.Put(it); err != nil {
		refuse(w, "later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func middleware(next http.Handler, ok func(*http.Request) (bool, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Node") != "" {
			next.ServeHTTP(w, r) // want `the request goes on after another handler has answered it`
		}
		allowed, err := ok(r)
		if err != nil || !allowed {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func ginNoReturn(c *gin.Context) {
	if c.GetHeader("X-Node") == "" {
		c.AbortWithStatus(http.StatusUnauthorized) // want `goes on after it was refused with 401`
	}
	c.JSON(http.StatusOK, gin.H{})
}

func statusAfterBody(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		it, err := s.Load(r.URL.Path)
		if err != nil {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		if err := json.NewEncoder(w).Encode(it); err != nil {
			log.Print(err)
			return
		}
		w.WriteHeader(http.StatusCreated) // want `status 201 is never sent: a part of the answer was, and its status with it`
	}
}

func twoStatuses(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		http.Error(w, "body", http.StatusBadRequest) // want `status 400 is never sent`
	}
}

// Right: every way returns; the text of a status; what failed to be encoded
// was not sent; the flag that says that it was answered.
func returns(s store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		it, err := s.Load(r.URL.Path)
		switch {
		case err != nil:
			http.Error(w, "not found", http.StatusNotFound)
		case it == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			if err := json.NewEncoder(w).Encode(it); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		}
	}
}

func statusAndText(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	if r.Method != http.MethodGet {
		w.WriteHeader(http.StatusMethodNotAllowed)
		fmt.Fprintln(w, "only GET")
		return
	}
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, "ok")
}

func flagged(w http.ResponseWriter, r *http.Request, checks []func(*http.Request) error) {
	failed := false
	for _, check := range checks {
		if err := check(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			failed = true
			break
		}
	}
	if !failed {
		w.WriteHeader(http.StatusOK)
	}
}

func guarded(w http.ResponseWriter, r *http.Request, s store) {
	it, ok := load(w, r, s)
	if !ok {
		return
	}
	_ = json.NewEncoder(w).Encode(it)
}

func load(w http.ResponseWriter, r *http.Request, s store) (*item, bool) {
	it, err := s.Load(r.URL.Path)
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return nil, false
	}
	return it, true
}

func cleansUp(w http.ResponseWriter, r *http.Request, s store) {
	if r.Method != http.MethodPost {
		refuse(w, "only POST", http.StatusMethodNotAllowed)
	}
	log.Print("done")
}

func handedOn(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method == http.MethodGet {
		next.ServeHTTP(w, r)
		return
	}
	http.NotFound(w, r)
}

func early(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusEarlyHints)
	w.WriteHeader(http.StatusOK)
}

func ginReturns(c *gin.Context) {
	if c.GetHeader("X-Node") == "" {
		c.AbortWithStatusJSON(http.StatusUnauthorized, gin.H{})
		return
	}
	c.Status(http.StatusAccepted)
	c.JSON(http.StatusOK, gin.H{})
}

func panicking(w http.ResponseWriter, r *http.Request, s store) {
	it, err := s.Load(r.URL.Path)
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		panic(err)
	}
	_ = json.NewEncoder(w).Encode(it)
}

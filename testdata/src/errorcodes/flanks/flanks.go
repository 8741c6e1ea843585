// Package flanks decides on numbers.
package flanks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strings"
	"time"
)

const base = "https://api.flanks.io"

const (
	incomplete = 20001
	processing = 20002
	checking   = 20003
	invalid    = 40001
	bankDown   = 50001
	badLogin   = 50002
	needsSCA   = 50003
)

type apiError struct {
	Status int
	Code   int    `json:"error_code"`
	Text   string `json:"error"`
}

func (e *apiError) Error() string { return fmt.Sprintf("%d: %d: %s", e.Status, e.Code, e.Text) }

func call(ctx context.Context, c *http.Client, path, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return nil
	}
	e := &apiError{Status: resp.StatusCode}
	if err := json.NewDecoder(resp.Body).Decode(e); err != nil {
		return err
	}
	return e
}

// One branch for all.

func allTransient(e *apiError) string {
	switch e.Code {
	case processing, bankDown, badLogin: // want `50002 and 20002 end alike, but Flanks asks to involve the user for the one and to wait for the other`
		return "try again in a moment"
	default:
		return "call support"
	}
}

func isRetryable(err error) bool {
	var e *apiError
	if !errors.As(err, &e) {
		return true
	}
	return e.Code == processing || e.Code == bankDown || e.Code == invalid // want `40001 is tried again like 20002, but Flanks asks to mend the request: every attempt fails`
}

func retryRight(err error) bool {
	var e *apiError
	if !errors.As(err, &e) {
		return true
	}
	return e.Code == processing || e.Code == bankDown
}

// 5xxxx looks like 5xx.
func shouldRetry(e *apiError) bool {
	if e.Code >= 50000 { // want `50002 is tried again like 50001`
		return true
	}
	return false
}

func temporary(e *apiError) bool {
	return e.Code/10000 == 5 // want `50002 is tried again like 50001`
}

func temporaryRight(e *apiError) bool {
	return e.Code == 50001 || e.Status >= 500
}

// All of these come from the bank, which is no way to deal with them.
func fromBank(code int) bool {
	switch code {
	case 50001, 50002, 50003:
		return true
	}
	return false
}

func repeat(ctx context.Context, c *http.Client, body string) error {
	for attempt := 0; attempt < 5; attempt++ {
		err := call(ctx, c, "/v0/bank/credentials/account", body)
		var e *apiError
		if !errors.As(err, &e) {
			return err
		}
		switch e.Code {
		case processing, bankDown:
			time.Sleep(time.Second << attempt)
			continue
		case badLogin: // want `50002 is tried again like 20002`
			log.Print("login failed, once more")
			time.Sleep(time.Second << attempt)
			continue
		default:
			return err
		}
	}
	return errors.New("still not there")
}

func repeatIf(ctx context.Context, c *http.Client, body string) error {
	var err error
	for range 4 {
		if err = call(ctx, c, "/v0/bank/credentials/account", body); err == nil {
			return nil
		}
		var e *apiError
		if errors.As(err, &e) && slices.Contains([]int{processing, needsSCA}, e.Code) { // want `50003 is tried again like 20002`
			time.Sleep(time.Minute)
			continue
		}
		return err
	}
	return err
}

func repeatRight(ctx context.Context, c *http.Client, body string) error {
	var err error
	for range 4 {
		if err = call(ctx, c, "/v0/bank/credentials/account", body); err == nil {
			return nil
		}
		var e *apiError
		if errors.As(err, &e) && slices.Contains([]int{processing, bankDown}, e.Code) {
			time.Sleep(time.Minute)
			continue
		}
		return err
	}
	return err
}

// Items that are refused are left out, which is no attempt.
func items(ctx context.Context, c *http.Client, bodies []string) (skipped []string) {
	for _, body := range bodies {
		err := call(ctx, c, "/v0/bank/credentials/account", body)
		var e *apiError
		if errors.As(err, &e) {
			switch e.Code {
			case processing, badLogin, invalid:
				skipped = append(skipped, body)
				time.Sleep(time.Second)
				continue
			default:
				log.Print(err)
			}
		}
	}
	return skipped
}

// No default.

func rest(ctx context.Context, c *http.Client, body string) error {
	for {
		err := call(ctx, c, "/v0/bank/credentials/account", body)
		var e *apiError
		if !errors.As(err, &e) {
			return err
		}
		switch e.Code { // want `every code that is not listed is tried again here, also where Flanks says that it does not help`
		case badLogin:
			return fmt.Errorf("ask for the password: %w", err)
		case needsSCA:
			return fmt.Errorf("ask for the second factor: %w", err)
		}
		time.Sleep(time.Minute)
	}
}

func restRight(ctx context.Context, c *http.Client, body string) error {
	for {
		err := call(ctx, c, "/v0/bank/credentials/account", body)
		var e *apiError
		if !errors.As(err, &e) {
			return err
		}
		switch e.Code {
		case processing, bankDown:
		default:
			return err
		}
		time.Sleep(time.Minute)
	}
}

func lost(ctx context.Context, c *http.Client, body string) error {
	err := call(ctx, c, "/v0/bank/credentials/account", body)
	var e *apiError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code { // want `ends as a nil error here: the failure is lost`
	case processing:
		return fmt.Errorf("wait: %w", err)
	case badLogin:
		return fmt.Errorf("ask the user: %w", err)
	}
	return nil
}

func kept(ctx context.Context, c *http.Client, body string) error {
	err := call(ctx, c, "/v0/bank/credentials/account", body)
	var e *apiError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case processing:
		return fmt.Errorf("wait: %w", err)
	case badLogin:
		return fmt.Errorf("ask the user: %w", err)
	}
	return err
}

func loggedAndDropped(ctx context.Context, c *http.Client, body string) error {
	err := call(ctx, c, "/v0/bank/credentials/account", body)
	var e *apiError
	if !errors.As(err, &e) {
		return err
	}
	log.Printf("account: %v", err)
	switch e.Code {
	case processing:
		return fmt.Errorf("wait: %w", err)
	case badLogin:
		return fmt.Errorf("ask the user: %w", err)
	}
	return nil // best effort
}

// classify gets the error from those who return what it says.
func classify(err error) error {
	var e *apiError
	if !errors.As(err, &e) {
		return err
	}
	if e.Code == processing { // want `ends as a nil error here`
		return fmt.Errorf("wait: %w", err)
	} else if e.Code == badLogin {
		return fmt.Errorf("ask the user: %w", err)
	}
	return nil
}

func classified(ctx context.Context, c *http.Client, body string) error {
	return classify(call(ctx, c, "/v0/bank/credentials/data", body))
}

var errProcessing, errLogin = errors.New("processing"), errors.New("bad login")

// Unwrap knows some of the codes, and the error is there all the same.
func (e *apiError) Unwrap() error {
	switch e.Code {
	case processing:
		return errProcessing
	case badLogin:
		return errLogin
	}
	return nil
}

func kind(err error) error {
	var e *apiError
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code {
	case processing:
		return errProcessing
	case badLogin:
		return errLogin
	}
	return nil
}

func useKind(ctx context.Context, c *http.Client, body string) error {
	err := call(ctx, c, "/v0/bank/credentials/data", body)
	if k := kind(err); k != nil {
		return fmt.Errorf("%w: %w", k, err)
	}
	return err
}

type queue struct{}

func (queue) Requeue(string)    {}
func (queue) NotifyUser(string) {}
func (queue) Later(string)      {}

func dropped(ctx context.Context, c *http.Client, q queue, body string) {
	err := call(ctx, c, "/v0/bank/credentials/data", body)
	var e *apiError
	if !errors.As(err, &e) {
		return
	}
	switch e.Code { // want `is dropped here: nothing is done and nobody is told`
	case processing, bankDown:
		q.Requeue(body)
	case badLogin, needsSCA:
		q.NotifyUser("log in at your bank")
	}
}

func queued(ctx context.Context, c *http.Client, q queue, body string) {
	err := call(ctx, c, "/v0/bank/credentials/data", body)
	var e *apiError
	if !errors.As(err, &e) {
		return
	}
	switch e.Code {
	case processing, bankDown, badLogin: // want `50002 is tried again like 20002`
		q.Requeue(body)
	default:
		log.Print(err)
	}
}

func told(ctx context.Context, c *http.Client, q queue, body string) error {
	err := call(ctx, c, "/v0/bank/credentials/data", body)
	var e *apiError
	if !errors.As(err, &e) {
		return err
	}
	if e.Code == checking || e.Code == badLogin || e.Code == needsSCA { // want `the user is asked about code 20003, but Flanks asks to wait`
		q.NotifyUser("please enter your password again")
	}
	return err
}

func toldWhat(ctx context.Context, c *http.Client, q queue, body string) error {
	err := call(ctx, c, "/v0/bank/credentials/data", body)
	var e *apiError
	if !errors.As(err, &e) {
		return err
	}
	if e.Code == checking || e.Code == badLogin || e.Code == needsSCA {
		q.NotifyUser(e.Text)
	}
	return err
}

// Tables.

var retryable = map[int]bool{
	processing: true,
	checking:   true,
	needsSCA:   true, // want `50003 is tried again like 20002`
	invalid:    false,
}

var transientCodes = []int{processing, bankDown, badLogin} // want `50002 is tried again like 20002`

var permanent = map[int]struct{}{invalid: {}, badLogin: {}, needsSCA: {}}

var bankCodes = []int{bankDown, badLogin, needsSCA}

var advice = map[int]string{
	processing: "wait until the data is there",
	badLogin:   "enter your password again",
}

func advise(code int) string {
	return advice[code] // want `ends as an empty text here: nobody learns what to do`
}

var hints = map[int]string{
	processing: "wait until the data is there",
	badLogin:   "enter your password again",
}

func hint(code int) string {
	if text, ok := hints[code]; ok {
		return text
	}
	return "look at the log"
}

var handlers = map[int]func(queue){
	processing: func(q queue) { q.Later("data") },
	badLogin:   func(q queue) { q.NotifyUser("log in") },
}

func handle(q queue, code int) {
	handlers[code](q) // want `calls a nil function here: it panics`
}

func handleKnown(q queue, code int) {
	if h := handlers[code]; h != nil {
		h(q)
	}
}

// Labels and statistics.

func label(code int) string {
	switch code {
	case 20001, 20002, 20003:
		return "data"
	case 50001, 50002, 50003:
		return "bank"
	}
	return ""
}

func status(code int) int {
	switch code {
	case 50001, 50002, 50003:
		return http.StatusBadGateway
	}
	return http.StatusInternalServerError
}

func chain(e *apiError) error {
	switch {
	case e.Code == processing, e.Code == checking:
		return fmt.Errorf("wait: %w", e)
	case e.Code == badLogin || e.Code == needsSCA || e.Code == bankDown:
		return fmt.Errorf("bank: %w", e)
	}
	return e
}

type action int

const (
	actNone action = iota
	actRetry
	actAskUser
	actBank
)

func actions(e *apiError) action {
	switch e.Code {
	case processing:
		return actRetry
	case bankDown, invalid: // want `40001 is tried again like 20002`
		return actRetry
	case badLogin, needsSCA:
		return actAskUser
	}
	return actNone
}

func actionsRight(e *apiError) action {
	switch e.Code {
	case processing, bankDown:
		return actRetry
	case badLogin, needsSCA:
		return actAskUser
	}
	return actNone
}

func places(e *apiError) action {
	switch e.Code {
	case bankDown, badLogin, needsSCA:
		return actBank
	}
	return actNone
}

var errBank = errors.New("the bank does not want to")

func sentinel(e *apiError) error {
	switch e.Code {
	case bankDown, badLogin, needsSCA: // want `50002 and 50001 end alike`
		return errBank
	}
	return e
}

func wrapped(e *apiError) error {
	switch e.Code {
	case bankDown, badLogin, needsSCA:
		return fmt.Errorf("%w: %w", errBank, e)
	}
	return e
}

var _, _, _, _, _, _, _ = allTransient, retryable, transientCodes, permanent, bankCodes, incomplete, places

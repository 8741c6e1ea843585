// Package queue puts what failed back where it came from.
package queue

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"time"
)

type job struct {
	doc   []byte
	tries int
}

type pool struct {
	hc   *http.Client
	jobs chan job
	dead chan job
}

func (p *pool) createInvoice(doc []byte) error {
	resp, err := p.hc.Post("https://api.example.com/v1/invoices", "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

func (p *pool) work() {
	for j := range p.jobs {
		err := p.createInvoice(j.doc) // want `this POST is sent again after a network error`
		if err == nil {
			continue
		}
		if j.tries++; j.tries == 5 {
			log.Print(err)
			continue
		}
		go func() {
			time.Sleep(time.Duration(j.tries) * time.Second)
			p.jobs <- j
		}()
	}
}

func (p *pool) again(j job) {
	select {
	case p.jobs <- job{doc: j.doc, tries: j.tries + 1}:
	default:
		log.Print("full")
	}
}

func (p *pool) workByHelper(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case j := <-p.jobs:
			if err := p.createInvoice(j.doc); err != nil { // want `this POST is sent again after a network error`
				p.again(j)
			}
		}
	}
}

// What failed goes where nothing sends it, or what follows a success goes on.
func (p *pool) workOnce() {
	for j := range p.jobs {
		if err := p.createInvoice(j.doc); err != nil {
			p.dead <- j
		}
	}
}

func (p *pool) workInSteps() {
	for j := range p.jobs {
		if err := p.createInvoice(j.doc); err != nil {
			log.Print(err)
			continue
		}
		p.jobs <- job{doc: j.doc[1:]}
	}
}

// A second call of what sends, after the first one failed.
func (p *pool) orderTwice(doc []byte) error {
	post := func() (*http.Response, error) {
		return p.hc.Post("https://api.example.com/v1/orders", "application/json", bytes.NewReader(doc))
	}
	resp, err := post() // want `this POST is sent again after a network error`
	if err != nil || resp.StatusCode == http.StatusBadGateway {
		if err == nil {
			resp.Body.Close()
		}
		time.Sleep(time.Second)
		resp, err = post()
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

func (p *pool) orderRenewed(doc []byte, renew func() error) error {
	post := func() (*http.Response, error) {
		return p.hc.Post("https://api.example.com/v1/orders", "application/json", bytes.NewReader(doc))
	}
	resp, err := post()
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		resp.Body.Close()
		if err = renew(); err == nil {
			resp, err = post()
		}
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

func (p *pool) createAt(host string, doc []byte) error {
	resp, err := p.hc.Post(host+"/v1/invoices", "application/json", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return errors.New(resp.Status)
	}
	return nil
}

// The hosts are one service, and come again.
func (p *pool) roundRobin(hosts []string, doc []byte) (err error) {
	for n := range 5 {
		if err = p.createAt(hosts[n%len(hosts)], doc); err == nil { // want `this POST is sent again after a network error`
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

// The item goes back from the function that handles it, later.
func (p *pool) handle(j job) {
	err := p.createInvoice(j.doc)
	if err == nil {
		return
	}
	if j.tries++; j.tries == 5 {
		log.Print(err)
		return
	}
	time.AfterFunc(time.Minute, func() { p.jobs <- j })
}

func (p *pool) run(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case j := <-p.jobs:
			p.handle(j) // want `this POST is sent again after a network error`
		}
	}
}

// The next gateway books in the same ledger.
func (p *pool) failover(gateways []string, doc []byte) (err error) {
	for _, gw := range gateways {
		if err = p.createAt(gw+"/v2", doc); err == nil { // want `this POST is sent again after a network error`
			return nil
		}
		log.Print(err)
	}
	return err
}

func (p *pool) everywhere(regions []string, doc []byte) {
	for _, region := range regions {
		if err := p.createAt(region+"/v2", doc); err != nil {
			log.Print(err)
		}
	}
}

type placed struct {
	Ref   string `json:"ref"`
	Count int    `json:"count"`
}

// The reference that is made before the first attempt tells the server.
func (p *pool) createOnce(count int) (err error) {
	in := placed{Ref: rand.Text(), Count: count}
	doc, err := json.Marshal(in)
	if err != nil {
		return err
	}
	for range 3 {
		if err = p.createInvoice(doc); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

func (p *pool) createAnew(count int) (err error) {
	for range 3 {
		in := placed{Ref: rand.Text(), Count: count}
		doc, merr := json.Marshal(in)
		if merr != nil {
			return merr
		}
		if err = p.createInvoice(doc); err == nil { // want `this POST is sent again after a network error`
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

func (p *pool) do(method, path string, doc []byte) error {
	req, err := http.NewRequest(method, "https://api.example.com"+path, bytes.NewReader(doc))
	if err != nil {
		return err
	}
	resp, err := p.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return errors.New(resp.Status)
	}
	return nil
}

func (p *pool) find(id string) error { return p.do("GET", "/reservations?voucher="+id, nil) }

func (p *pool) createReservation(id string, doc []byte) (err error) {
	for n := range 3 {
		if n > 0 && p.find(id) == nil {
			return nil
		}
		if err = p.do("POST", "/reservations", doc); err == nil {
			return nil
		}
	}
	return err
}

// The client's key is that of the API.
type mailer struct {
	Key string
	HC  *http.Client
}

func (m *mailer) post(doc []byte) error {
	req, err := http.NewRequest("POST", "https://mail.example.com/v1/send", bytes.NewReader(doc))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+m.Key)
	resp, err := m.HC.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return errors.New(resp.Status)
	}
	return nil
}

func (m *mailer) Send(doc []byte) (err error) {
	for range 3 {
		if err = m.post(doc); err == nil { // want `this POST is sent again after a network error`
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

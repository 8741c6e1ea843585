// Command server shows accounts, orders payments and hears of them.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/apivet/apivet/sample/internal/bank"
)

type server struct {
	bank   *bank.Client
	secret []byte // signs the bank's webhooks
	chat   string // where the shop's people read of payments
}

func main() {
	s := &server{
		bank:   bank.New(os.Getenv("BANK_URL"), os.Getenv("BANK_ID"), os.Getenv("BANK_SECRET")),
		secret: []byte(os.Getenv("BANK_WEBHOOK_SECRET")),
		chat:   os.Getenv("CHAT_URL"),
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.bank.Subscribe(ctx, "http://localhost:8080/webhooks/bank"); err != nil {
		log.Print(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /accounts", s.accounts)
	mux.HandleFunc("GET /accounts/{id}", s.balance)
	mux.HandleFunc("POST /payments", staffOnly(s.pay))
	mux.HandleFunc("GET /payments/{id}", s.state)
	mux.HandleFunc("GET /addresses", suggest)
	mux.HandleFunc("POST /webhooks/bank", s.webhook)
	mux.HandleFunc("POST /webhooks/cards", s.cardWebhook)
	srv := &http.Server{Addr: ":8080", Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}
	log.Fatal(srv.ListenAndServe())
}

func (s *server) accounts(w http.ResponseWriter, r *http.Request) {
	list, err := s.bank.Accounts(r.Context())
	answer(w, list, err)
}

func (s *server) balance(w http.ResponseWriter, r *http.Request) {
	amount, err := s.bank.Balance(r.Context(), r.PathValue("id"))
	answer(w, amount, err)
}

func (s *server) pay(w http.ResponseWriter, r *http.Request) {
	var p bank.Payment
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&p); err != nil {
		http.Error(w, "no payment", http.StatusBadRequest)
		return
	}
	p.Key = r.Header.Get("Idempotency-Key")
	id, err := s.bank.Pay(r.Context(), p)
	answer(w, id, err)
}

func (s *server) state(w http.ResponseWriter, r *http.Request) {
	if len(r.PathValue("id")) > 36 {
		http.Error(w, "no payment has such an id", http.StatusNotFound)
	}
	state, err := s.bank.State(r.Context(), r.PathValue("id"))
	answer(w, state, err)
}

func answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		log.Print(err)
		http.Error(w, "the bank does not answer", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// The service of the benches, and the API behind it: each request makes one call to the dependency over a pooled connection.
//
//	bench-service dependency   listens on PORT, answers /prices/ID, says at /count how often
//	bench-service service      listens on PORT, answers /orders/ID with what DEPENDENCY says of it
//
// What was asked stands in the URL, in the body and in the answer, so that whoever mixes two requests up is found out.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
)

type price struct {
	ID       string   `json:"id"`
	Asked    string   `json:"asked,omitempty"`
	Cents    int      `json:"cents"`
	Currency string   `json:"currency"`
	Tags     []string `json:"tags"`
	Note     string   `json:"note"`
}

type order struct {
	ID    string          `json:"id"`
	Asked string          `json:"asked,omitempty"`
	Price json.RawMessage `json:"price"`
}

type asked struct {
	ID string `json:"id"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: bench-service service|dependency")
	}
	parts := map[string]func() http.Handler{"service": service, "dependency": dependency}
	part, known := parts[os.Args[1]]
	if !known {
		log.Fatal("usage: bench-service service|dependency")
	}
	address := "127.0.0.1:" + os.Getenv("PORT")
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, part()))
}

func dependency() http.Handler {
	var count atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/count", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, count.Load()) })
	mux.HandleFunc("/prices/", func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		id := strings.TrimPrefix(r.URL.Path, "/prices/")
		answer(w, price{id, bodyID(r), 100 + len(id)*7, "EUR", []string{"red", "large"}, "as of " + id})
	})
	return mux
}

func service() http.Handler {
	target := "http://" + os.Getenv("DEPENDENCY") + "/prices/"
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	mux := http.NewServeMux()
	mux.HandleFunc("/orders/", func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/orders/")
		body, _ := io.ReadAll(r.Body)
		call, _ := http.NewRequestWithContext(r.Context(), r.Method, target+id, bytes.NewReader(body))
		reply, err := client.Do(call)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer reply.Body.Close()
		held, err := io.ReadAll(reply.Body)
		if err != nil || reply.StatusCode != http.StatusOK {
			http.Error(w, fmt.Sprint(reply.Status, " ", err), http.StatusBadGateway)
			return
		}
		var from asked
		_ = json.Unmarshal(body, &from)
		answer(w, order{id, from.ID, held})
	})
	return mux
}

func bodyID(r *http.Request) string {
	var from asked
	_ = json.NewDecoder(r.Body).Decode(&from)
	return from.ID
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

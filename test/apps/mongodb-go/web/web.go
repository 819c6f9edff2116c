// Package web is the HTTP side of the services by both majors of the Go driver.
package web

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// Body is an answer.
type Body = map[string]any

// ErrDuplicate is what the server says to a second document of one id.
var ErrDuplicate = errors.New("duplicate key")

// Store is what the service asks of MongoDB.
type Store interface {
	Item(n int) (Body, error)
	Types() (Body, error)
	Visit() (int, error)
	Add(name string) (Body, error)
	Many(count int) (Body, error)
	Stream(size int) (Body, error)
	Early() ([]int, error)
	Update(n int) (Body, error)
	Totals() ([]Body, error)
	Kinds() ([]string, error)
	Failure() error
	Big() (int, error)
	Slow(n int) (Body, error)
	Transfer(amount int, isAborted bool) ([]int, error)
	Retry(n int) (bool, error)
	Changes(say string) (string, error)
	Rows(batch int) (Body, error)
}

// Asked is the id that the program of the time asks.
func Asked(n int) int {
	if os.Getenv("CHANGE") == "another id" {
		return n + 1
	}
	return n
}

// Makes is whether the program of the time writes a further field.
func Makes() bool { return os.Getenv("CHANGE") == "another field" }

// PoolSize is how many connections it may have.
func PoolSize() uint64 {
	size, _ := strconv.ParseUint(os.Getenv("POOL_SIZE"), 10, 32)
	return size
}

// Trusting is TLS that trusts the roots in a file.
func Trusting(file string) *tls.Config {
	roots := x509.NewCertPool()
	content, err := os.ReadFile(file)
	if err != nil || !roots.AppendCertsFromPEM(content) {
		panic("no roots in " + file)
	}
	return &tls.Config{RootCAs: roots}
}

func answer(store Store, name, argument string) (any, error) {
	n, _ := strconv.Atoi(argument)
	switch name {
	case "items":
		item, err := store.Item(n)
		if item == nil {
			return nil, err
		}
		return Body{"id": n, "name": item["name"], "price": item["price"]}, err
	case "types":
		return store.Types()
	case "visits":
		count, err := store.Visit()
		return Body{"n": count}, err
	case "add":
		return store.Add(argument)
	case "many":
		return store.Many(n)
	case "stream":
		return store.Stream(n)
	case "early":
		seen, err := store.Early()
		return Body{"seen": seen}, err
	case "update":
		return store.Update(n)
	case "totals":
		return store.Totals()
	case "kinds":
		return store.Kinds()
	case "failure":
		return nil, store.Failure()
	case "big":
		length, err := store.Big()
		return Body{"length": length}, err
	case "slow":
		return store.Slow(n)
	case "transaction", "abort":
		amounts, err := store.Transfer(n, name == "abort")
		return Body{"amounts": amounts}, err
	case "retry":
		inserted, err := store.Retry(n)
		return Body{"inserted": inserted}, err
	case "rows":
		return store.Rows(n)
	case "changes":
		seen, err := store.Changes(argument)
		return Body{"seen": seen}, err
	}
	return nil, fmt.Errorf("nothing is called %s", name)
}

// Serve answers on 127.0.0.1:$PORT until it is stopped.
func Serve(store Store) {
	handler := func(response http.ResponseWriter, request *http.Request) {
		name, argument, _ := strings.Cut(request.URL.Path[1:], "/")
		status := 200
		body, err := answer(store, name, argument)
		n, _ := strconv.Atoi(argument)
		if errors.Is(err, ErrDuplicate) {
			body = Body{"code": 11000}
		} else if err != nil {
			status, body = 500, Body{"error": err.Error()}
		} else if body == nil {
			status, body = 404, Body{"missing": n}
		}
		response.Header().Set("content-type", "application/json")
		response.WriteHeader(status)
		json.NewEncoder(response).Encode(body)
	}
	err := http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(handler))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

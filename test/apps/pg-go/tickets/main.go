// Tickets: each request writes its own row and draws a ticket, by statements that are the same for all, through a small pool.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

var pool *pgxpool.Pool

type answer struct {
	ID     int64  `json:"id"`
	Ticket int64  `json:"ticket"`
	Note   string `json:"note"`
}

func work(ctx context.Context, id int64) (answer, error) {
	found := answer{ID: id}
	if _, err := pool.Exec(ctx, "INSERT INTO work (id, note) VALUES ($1, $2)", id, fmt.Sprintf("work %d", id)); err != nil {
		return found, err
	}
	if err := pool.QueryRow(ctx, "SELECT nextval('tickets')").Scan(&found.Ticket); err != nil {
		return found, err
	}
	if _, err := pool.Exec(ctx, "UPDATE work SET ticket = $2 WHERE id = $1", id, found.Ticket); err != nil {
		return found, err
	}
	err := pool.QueryRow(ctx, "SELECT note FROM work WHERE id = $1", id).Scan(&found.Note)
	return found, err
}

func ask(ctx context.Context, path string) (string, error) {
	request, _ := http.NewRequestWithContext(ctx, "GET", os.Getenv("UPSTREAM")+path, nil)
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

var client = &http.Client{Transport: &http.Transport{MaxConnsPerHost: 5, MaxIdleConnsPerHost: 5}}

// Both halves of the work by goroutines of their own, one of them a grandchild.
func byChildren(ctx context.Context, id int64) (answer, error) {
	var group sync.WaitGroup
	var found answer
	var said string
	var failures [2]error
	group.Add(2)
	go func() {
		defer group.Done()
		found, failures[0] = work(ctx, id)
	}()
	go func() {
		defer group.Done()
		inner := make(chan struct{})
		go func() {
			defer close(inner)
			said, failures[1] = ask(ctx, "/price?id="+strconv.FormatInt(id, 10))
		}()
		<-inner
	}()
	group.Wait()
	found.Note += " " + said
	if failures[0] != nil {
		return found, failures[0]
	}
	return found, failures[1]
}

func byClient(ctx context.Context, id int64) (answer, error) {
	first, err := ask(ctx, "/price?id="+strconv.FormatInt(id, 10))
	if err != nil {
		return answer{}, err
	}
	second, err := ask(ctx, "/serial?id="+strconv.FormatInt(id, 10))
	return answer{ID: id, Note: first + " " + second}, err
}

// Answers first, then goes on in a goroutine that nobody waits for.
func leavesAudit(ctx context.Context, id int64) (answer, error) {
	go func() {
		time.Sleep(5 * time.Millisecond)
		_, _ = pool.Exec(context.Background(), "UPDATE work SET audited = true WHERE id = $1", id)
	}()
	return work(ctx, id)
}

func polls() {
	for range time.Tick(100 * time.Millisecond) {
		_, _ = ask(context.Background(), "/rates")
		go func() { _, _ = ask(context.Background(), "/metrics") }()
	}
}

func main() {
	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	config.MaxConns = 5
	if pool, err = pgxpool.NewWithConfig(context.Background(), config); err != nil {
		panic(err)
	}
	if os.Getenv("POLL") != "" {
		go polls()
	}
	serve := func(path string, handle func(ctx context.Context, id int64) (answer, error)) {
		http.HandleFunc("GET "+path+"/{id}", func(w http.ResponseWriter, r *http.Request) {
			id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
			found, err := handle(r.Context(), id)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(found)
		})
	}
	serve("/tickets", work)
	serve("/children", byChildren)
	serve("/client", byClient)
	serve("/audited", leavesAudit)
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

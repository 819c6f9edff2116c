// The service of the benches with PostgreSQL behind it: each request makes one query through a pool of pgx's, listens on
// PORT, and finds its database at DATABASE_URL. It needs no table.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

const query = `SELECT $1::bigint AS id, ($1::bigint * 7 % 1000)::int AS cents, 'EUR' AS currency, array['red', 'large'] AS tags, 'as of ' || $1::bigint AS note`

type order struct {
	ID       int64    `json:"id"`
	Cents    int32    `json:"cents"`
	Currency string   `json:"currency"`
	Tags     []string `json:"tags"`
	Note     string   `json:"note"`
}

func main() {
	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	config.MaxConns = 16
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/orders/", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.ParseInt(strings.TrimPrefix(r.URL.Path, "/orders/"), 10, 64)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var found order
		row := pool.QueryRow(r.Context(), query, id)
		if err := row.Scan(&found.ID, &found.Cents, &found.Currency, &found.Tags, &found.Note); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(found)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, nil))
}

// A service with MySQL behind it, by go-sql-driver: listens on 127.0.0.1:$PORT, asks $MYSQL_DSN with a pool of $POOL_SIZE
// connections, and differs by $CHANGE from the program that was recorded.
package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

func main() {
	db, err := sql.Open("mysql", os.Getenv("MYSQL_DSN"))
	if err != nil {
		log.Fatal(err)
	}
	size, _ := strconv.Atoi(os.Getenv("POOL_SIZE"))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	mux := http.NewServeMux()
	route := func(pattern string, answer func(r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			value, err := answer(r)
			var refused *mysql.MySQLError
			switch {
			case errors.Is(err, sql.ErrNoRows):
				w.WriteHeader(404)
				value = map[string]any{"missing": true}
			case errors.As(err, &refused):
				value = map[string]any{"code": refused.Number, "state": string(refused.SQLState[:]), "message": refused.Message}
			case err != nil:
				w.WriteHeader(500)
				value = map[string]any{"error": err.Error()}
			}
			w.Header().Set("content-type", "application/json")
			json.NewEncoder(w).Encode(value)
		})
	}
	change := os.Getenv("CHANGE")
	route("GET /items/{id}", func(r *http.Request) (any, error) {
		id, _ := strconv.Atoi(r.PathValue("id"))
		statement := "SELECT id, name, price FROM items WHERE id = ?"
		if change == "another id" {
			id++
		}
		if change == "other sql" {
			statement += " AND name IS NOT NULL"
		}
		var name, price string
		err := db.QueryRowContext(r.Context(), statement, id).Scan(&id, &name, &price)
		return map[string]any{"id": id, "name": name, "price": price}, err
	})
	route("GET /visits", func(r *http.Request) (any, error) {
		tx, err := db.BeginTx(r.Context(), nil)
		if err != nil {
			return nil, err
		}
		defer tx.Rollback()
		if _, err := tx.Exec("UPDATE visits SET n = n + 1"); err != nil {
			return nil, err
		}
		var n int
		if err := tx.QueryRow("SELECT n FROM visits").Scan(&n); err != nil {
			return nil, err
		}
		return map[string]any{"n": n}, tx.Commit()
	})
	route("GET /types", func(r *http.Request) (any, error) { return all(db, "SELECT * FROM types WHERE a < ?", 100) })
	route("GET /types-text", func(r *http.Request) (any, error) { return all(db, "SELECT * FROM types") })
	route("GET /echo", func(r *http.Request) (any, error) {
		return all(db, "SELECT ?, ?, ?, ?, ?, ?", "ü 漢 'q'", 0.1+0.2, nil, time.Unix(1700000000, 0).UTC(), []byte{0, 255}, uint64(18446744073709551615))
	})
	route("GET /insert/{name}", func(r *http.Request) (any, error) {
		done, err := db.Exec("INSERT INTO items (name, price) VALUES (?, ?)", r.PathValue("name"), "1.25")
		if err != nil {
			return nil, err
		}
		id, _ := done.LastInsertId()
		return map[string]any{"id": id}, nil
	})
	route("GET /failure", func(r *http.Request) (any, error) { return all(db, "SELECT * FROM nowhere WHERE id = ?", 1) })
	route("GET /call/{n}", func(r *http.Request) (any, error) { return all(db, "CALL both_of(?, @m)", r.PathValue("n")) })
	route("GET /load", func(r *http.Request) (any, error) {
		mysql.RegisterReaderHandler("rows", func() io.Reader { return strings.NewReader("1,a\n2,b\n") })
		_, err := db.Exec("LOAD DATA LOCAL INFILE 'Reader::rows' INTO TABLE loaded FIELDS TERMINATED BY ','")
		if err != nil {
			return nil, err
		}
		return all(db, "SELECT COUNT(*) AS n FROM loaded")
	})
	route("GET /slow/{n}", func(r *http.Request) (any, error) {
		return all(db, "SELECT ? AS n, SLEEP(0.02) AS slept", r.PathValue("n"))
	})
	route("GET /big/{n}", func(r *http.Request) (any, error) {
		var sum int
		rows, err := db.Query("SELECT REPEAT(CHAR(65 + seq % 26), 1048576) FROM seq_1_to_" + r.PathValue("n"))
		for err == nil && rows.Next() {
			var text string
			err = rows.Scan(&text)
			sum += len(text) + int(text[len(text)-1])
		}
		if err == nil {
			err = rows.Err()
		}
		return map[string]any{"sum": sum}, err
	})
	route("GET /rows/{n}", func(r *http.Request) (any, error) {
		digest, count := sha256.New(), 0
		rows, err := db.Query("SELECT seq, REPEAT(CHAR(65 + seq % 26), 1000) FROM seq_1_to_" + r.PathValue("n"))
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var n, text sql.RawBytes
			if err := rows.Scan(&n, &text); err != nil {
				return nil, err
			}
			digest.Write(n)
			digest.Write(text)
			count++
		}
		return map[string]any{"count": count, "digest": hex.EncodeToString(digest.Sum(nil))}, rows.Err()
	})
	route("GET /long", func(r *http.Request) (any, error) {
		return all(db, "SELECT LENGTH(?) AS n", strings.Repeat("x", 17<<20))
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux))
}

func all(db *sql.DB, statement string, values ...any) (any, error) {
	rows, err := db.Query(statement, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sets := [][][]string{}
	for {
		columns, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		set := [][]string{columns}
		for rows.Next() {
			cells := make([]any, len(columns))
			for i := range cells {
				cells[i] = new(any)
			}
			if err := rows.Scan(cells...); err != nil {
				return nil, err
			}
			row := []string{}
			for _, cell := range cells {
				row = append(row, fmt.Sprintf("%v", *cell.(*any)))
			}
			set = append(set, row)
		}
		sets = append(sets, set)
		if !rows.NextResultSet() {
			return sets, rows.Err()
		}
	}
}

// The service by database/sql and lib/pq.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"

	"reprise.test/pg/web"
)

type service struct{ db *sql.DB }

func main() {
	db, err := sql.Open("postgres", databaseURL())
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(web.PoolSize())
	db.SetMaxIdleConns(web.PoolSize())
	s := service{db}
	web.Serve(map[string]web.Route{
		"GET /types/{id}":      s.types,
		"GET /echo":            s.echo,
		"GET /items/{id}":      s.item,
		"GET /visits":          s.visit,
		"POST /items":          s.addItem,
		"POST /transfers":      s.transfer,
		"GET /failures/{name}": s.fail,
		"POST /batch":          s.batch,
		"POST /copy":           s.copyIn,
		"GET /copy":            s.copyOut,
		"GET /stream":          s.stream,
		"GET /slow/{n}":        s.slow,
		"GET /bulk":            s.bulk,
		"GET /listen":          s.listen,
		"GET /rest":            s.rest,
	}, failed)
}

func databaseURL() string {
	options := os.Getenv("DATABASE_OPTIONS")
	if !strings.Contains(options, "sslmode=") {
		options = "sslmode=disable&" + options
	}
	return os.Getenv("DATABASE_URL") + "?" + options
}

func failed(err error) *web.Failure {
	var refused *pq.Error
	if errors.As(err, &refused) {
		return &web.Failure{State: string(refused.Code), Message: refused.Message}
	}
	return nil
}

type asker interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// all is every row of a query, with the names of the columns.
func all(ctx context.Context, on asker, text string, arguments ...any) ([][]any, []string, error) {
	rows, err := on.QueryContext(ctx, text, arguments...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, nil, err
	}
	found := [][]any{}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, err
		}
		for i, value := range values {
			if text, isText := value.([]byte); isText {
				values[i] = string(text)
			}
		}
		found = append(found, values)
	}
	return found, columns, rows.Err()
}

func row(ctx context.Context, on asker, text string, arguments ...any) ([]any, []string, error) {
	rows, columns, err := all(ctx, on, text, arguments...)
	if err == nil && len(rows) == 0 {
		err = web.Missing
	}
	if err != nil {
		return nil, nil, err
	}
	return rows[0], columns, nil
}

func shown(values []any) []any { return web.Shown(values).([]any) }

func (s service) types(ctx context.Context, request *http.Request) (any, error) {
	values, columns, err := row(ctx, s.db, web.OneType, web.Int(request, "id"))
	if err != nil {
		return nil, err
	}
	fields := web.Fields{}
	for i, name := range columns {
		fields = append(fields, name, web.Shown(values[i]))
	}
	return fields, nil
}

func (s service) echo(ctx context.Context, _ *http.Request) (any, error) {
	at := time.Date(2024, 2, 29, 12, 34, 56, 789012000, time.UTC)
	values, _, err := row(ctx, s.db, web.Echo,
		true, -7, 42, int64(math.MinInt64), 0.1, "12345678901234567890.0123456789", "ü 漢 'q'", []byte{0, 255, 16},
		at, at, at.In(time.FixedZone("", 5*3600+1800)), "26:00:00", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
		`{"n": 1.5, "s": ["x", null]}`, pq.Array([]int32{1, -2, 3}), pq.Array([]string{"a b", `"q"`, ""}), nil)
	if err != nil {
		return nil, err
	}
	return shown(values), nil
}

func (s service) item(ctx context.Context, request *http.Request) (any, error) {
	prepared, err := s.db.PrepareContext(ctx, web.ItemAsked())
	if err != nil {
		return nil, err
	}
	defer prepared.Close()
	var (
		id                      int
		name, attributes, price sql.NullString
		tags                    []sql.NullString
		created                 time.Time
	)
	err = prepared.QueryRowContext(ctx, web.IdAsked(web.Int(request, "id"))).
		Scan(&id, &name, &price, pq.Array(&tags), &attributes, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, web.Missing
	}
	if err != nil {
		return nil, err
	}
	return web.Item([]any{id, name.String, price.String, fmt.Sprint(tags), json.RawMessage(attributes.String), web.Shown(created)}), nil
}

func (s service) visit(ctx context.Context, _ *http.Request) (any, error) {
	var n int
	err := s.db.QueryRowContext(ctx, web.Visit, "visits").Scan(&n)
	return web.Fields{"n", n}, err
}

func (s service) addItem(ctx context.Context, request *http.Request) (any, error) {
	body, err := web.Body[struct {
		Name       string
		Price      *string
		Tags       []string
		Attributes json.RawMessage
	}](request)
	if err != nil {
		return nil, err
	}
	attributes := sql.NullString{String: string(body.Attributes), Valid: string(body.Attributes) != "null"}
	values, _, err := row(ctx, s.db, web.AddItem, body.Name, body.Price, pq.Array(body.Tags), attributes)
	if err != nil {
		return nil, err
	}
	return shown(values), nil
}

func (s service) transfer(ctx context.Context, request *http.Request) (any, error) {
	body, err := web.Body[struct {
		From, To int
		Amount   string
	}](request)
	if err != nil {
		return nil, err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, web.Deposit, body.Amount, body.To); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, web.Withdraw, body.Amount, body.From); err != nil {
		return nil, err
	}
	balances, _, err := all(ctx, tx, web.Balances)
	if err != nil {
		return nil, err
	}
	return balances, tx.Commit()
}

func (s service) fail(ctx context.Context, request *http.Request) (any, error) {
	if request.PathValue("name") != "transaction" {
		text, arguments := web.Failing(request.PathValue("name"))
		_, err := s.db.ExecContext(ctx, text, arguments...)
		return nil, err
	}
	states := []string{}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, text := range []string{"SELECT 1 / $1::int", "SELECT 2 / $1::int"} {
		if _, err := tx.ExecContext(ctx, text, 0); failed(err) != nil {
			states = append(states, failed(err).State)
		}
	}
	if err := tx.Rollback(); err != nil {
		return nil, err
	}
	var one int
	err = s.db.QueryRowContext(ctx, "SELECT 1").Scan(&one)
	return web.Fields{"sqlstates", states, "afterwards", one}, err
}

// batch prepares once and asks with each name, in a transaction.
func (s service) batch(ctx context.Context, request *http.Request) (any, error) {
	body, err := web.Body[struct{ Names []string }](request)
	if err != nil {
		return nil, err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	prepared, err := tx.PrepareContext(ctx, web.AddBatched)
	if err != nil {
		return nil, err
	}
	names, times := []string{}, []any{}
	for _, each := range body.Names {
		var name string
		var at time.Time
		if err := prepared.QueryRowContext(ctx, each).Scan(&name, &at); err != nil {
			return nil, err
		}
		names, times = append(names, name), append(times, web.Shown(at))
	}
	return web.Fields{"inserted", len(names), "names", names, "times", times}, tx.Commit()
}

func (s service) copyIn(ctx context.Context, request *http.Request) (any, error) {
	body, err := web.Body[struct{ Rows [][]any }](request)
	if err != nil {
		return nil, err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	prepared, err := tx.PrepareContext(ctx, `COPY "copied" ("name", "note") FROM STDIN`)
	if err != nil {
		return nil, err
	}
	for _, values := range body.Rows {
		if _, err := prepared.ExecContext(ctx, values...); err != nil {
			return nil, err
		}
	}
	result, err := prepared.ExecContext(ctx)
	if err != nil {
		return nil, err
	}
	if err := prepared.Close(); err != nil {
		return nil, err
	}
	count, _ := result.RowsAffected()
	return web.Fields{"copied", count}, tx.Commit()
}

// copyOut selects, since the driver has no COPY TO.
func (s service) copyOut(ctx context.Context, _ *http.Request) (any, error) {
	rows, _, err := all(ctx, s.db, web.Copied)
	return rows, err
}

func (s service) stream(ctx context.Context, request *http.Request) (any, error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, web.Declare); err != nil {
		return nil, err
	}
	pages := [][][]any{}
	for {
		page, _, err := all(ctx, tx, fmt.Sprintf("FETCH %d FROM page", web.Int(request, "size")))
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return pages, tx.Commit()
		}
		pages = append(pages, page)
	}
}

func (s service) slow(ctx context.Context, request *http.Request) (any, error) {
	var n int
	var slept any
	err := s.db.QueryRowContext(ctx, web.Slow, web.Int(request, "n")).Scan(&n, &slept)
	return web.Fields{"n", n}, err
}

func (s service) bulk(ctx context.Context, request *http.Request) (any, error) {
	rows, err := s.db.QueryContext(ctx, web.Bulk, web.Int(request, "mb")*web.RowsPerMB)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	digest := web.NewDigest()
	for rows.Next() {
		var text sql.RawBytes
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		digest.Add(text)
	}
	return digest, rows.Err()
}

// listen hears on a connection of the driver's own what the pool says.
func (s service) listen(ctx context.Context, request *http.Request) (any, error) {
	trouble := make(chan error, 8)
	listener := pq.NewListener(databaseURL(), time.Second, time.Minute, func(_ pq.ListenerEventType, err error) {
		if err != nil {
			trouble <- err
		}
	})
	defer listener.Close()
	if err := listener.Listen("news"); err != nil {
		return nil, err
	}
	if _, err := s.db.ExecContext(ctx, "SELECT pg_notify('news', $1)", request.FormValue("say")); err != nil {
		return nil, err
	}
	for {
		select {
		case heard := <-listener.Notify:
			// The driver says by nil that it connected again.
			if heard != nil {
				return web.Fields{"channel", heard.Channel, "payload", heard.Extra}, nil
			}
		case err := <-trouble:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s service) rest(ctx context.Context, request *http.Request) (any, error) {
	time.Sleep(time.Duration(web.Rest(request)) * time.Millisecond)
	values, _, err := row(ctx, s.db, "SELECT 'rested', $1::int", web.Int(request, "ms"))
	return values, err
}

// The service by pgx and its pool, in the mode of the connection string (default_query_exec_mode).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"reprise.test/pg/web"
)

type service struct{ pool *pgxpool.Pool }

func main() {
	config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL") + "?" + os.Getenv("DATABASE_OPTIONS"))
	if err != nil {
		log.Fatal(err)
	}
	config.MaxConns = int32(web.PoolSize())
	if least, err := strconv.Atoi(os.Getenv("POOL_LEAST")); err == nil {
		config.MinConns = int32(least)
		config.HealthCheckPeriod = 50 * time.Millisecond
		config.MaxConnIdleTime = 300 * time.Millisecond
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	s := service{pool}
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
		"GET /bound":           s.bound,
		"GET /misc/{name}":     s.misc,
	}, failed)
}

func failed(err error) *web.Failure {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return &web.Failure{State: refused.Code, Message: refused.Message}
	}
	return nil
}

type asker interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
}

// row is the one row of a query, every value shown in full.
func row(ctx context.Context, on asker, sql string, arguments ...any) ([]any, error) {
	rows, err := on.Query(ctx, sql, arguments...)
	if err != nil {
		return nil, err
	}
	values, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, web.Missing
	}
	return values, err
}

func shown(values []any) []any { return web.Shown(values).([]any) }

func (s service) types(ctx context.Context, request *http.Request) (any, error) {
	rows, err := s.pool.Query(ctx, web.OneType, web.Int(request, "id"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	fields := web.Fields{}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, err
		}
		for i, description := range rows.FieldDescriptions() {
			fields = append(fields, description.Name, web.Shown(values[i]))
		}
	}
	return fields, rows.Err()
}

func (s service) echo(ctx context.Context, _ *http.Request) (any, error) {
	at := time.Date(2024, 2, 29, 12, 34, 56, 789012000, time.UTC)
	values, err := row(ctx, s.pool, web.Echo,
		true, int16(-7), int32(42), int64(math.MinInt64), 0.1, "12345678901234567890.0123456789", "ü 漢 'q'", []byte{0, 255, 16},
		at, at, at.In(time.FixedZone("", 5*3600+1800)), 26*time.Hour, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
		map[string]any{"n": 1.5, "s": []any{"x", nil}}, []int32{1, -2, 3}, []string{"a b", `"q"`, ""}, nil)
	if err != nil {
		return nil, err
	}
	return shown(values), nil
}

func (s service) item(ctx context.Context, request *http.Request) (any, error) {
	values, err := row(ctx, s.pool, web.ItemAsked(), web.IdAsked(web.Int(request, "id")))
	if err != nil {
		return nil, err
	}
	return web.Item(append([]any{values[0]}, shown(values[1:])...)), nil
}

func (s service) visit(ctx context.Context, _ *http.Request) (any, error) {
	values, err := row(ctx, s.pool, web.Visit, "visits")
	if err != nil {
		return nil, err
	}
	return web.Fields{"n", values[0]}, nil
}

func (s service) addItem(ctx context.Context, request *http.Request) (any, error) {
	body, err := web.Body[struct {
		Name       string
		Price      *string
		Tags       []string
		Attributes map[string]any
	}](request)
	if err != nil {
		return nil, err
	}
	values, err := row(ctx, s.pool, web.AddItem, body.Name, body.Price, body.Tags, body.Attributes)
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
	balances := []any{}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, web.Deposit, body.Amount, body.To); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, web.Withdraw, body.Amount, body.From); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, web.Balances)
		if err != nil {
			return err
		}
		balances, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (any, error) { return row.Values() })
		return err
	})
	return balances, err
}

func (s service) fail(ctx context.Context, request *http.Request) (any, error) {
	if request.PathValue("name") != "transaction" {
		sql, arguments := web.Failing(request.PathValue("name"))
		_, err := s.pool.Exec(ctx, sql, arguments...)
		return nil, err
	}
	states := []string{}
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	for _, sql := range []string{"SELECT 1 / $1::int", "SELECT 2 / $1::int"} {
		if _, err := tx.Exec(ctx, sql, 0); failed(err) != nil {
			states = append(states, failed(err).State)
		}
	}
	if err := tx.Rollback(ctx); err != nil {
		return nil, err
	}
	values, err := row(ctx, s.pool, "SELECT 1")
	if err != nil {
		return nil, err
	}
	return web.Fields{"sqlstates", states, "afterwards", values[0]}, nil
}

func (s service) batch(ctx context.Context, request *http.Request) (any, error) {
	body, err := web.Body[struct{ Names []string }](request)
	if err != nil {
		return nil, err
	}
	batch := &pgx.Batch{}
	names, times := []string{}, []any{}
	for _, name := range body.Names {
		batch.Queue(web.AddBatched, name).QueryRow(func(row pgx.Row) error {
			var name string
			var at time.Time
			err := row.Scan(&name, &at)
			names, times = append(names, name), append(times, web.Shown(at))
			return err
		})
	}
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	return web.Fields{"inserted", len(names), "names", names, "times", times}, nil
}

func (s service) copyIn(ctx context.Context, request *http.Request) (any, error) {
	body, err := web.Body[struct{ Rows [][]any }](request)
	if err != nil {
		return nil, err
	}
	count, err := s.pool.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"name", "note"}, pgx.CopyFromRows(body.Rows))
	return web.Fields{"copied", count}, err
}

func (s service) copyOut(ctx context.Context, _ *http.Request) (any, error) {
	connection, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer connection.Release()
	var text bytes.Buffer
	tag, err := connection.Conn().PgConn().CopyTo(ctx, &text, "COPY ("+web.Copied+") TO STDOUT")
	return web.Fields{"tag", tag.String(), "lines", strings.Split(text.String(), "\n")}, err
}

func (s service) stream(ctx context.Context, request *http.Request) (any, error) {
	pages := [][]any{}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, web.Declare); err != nil {
			return err
		}
		for {
			rows, err := tx.Query(ctx, fmt.Sprintf("FETCH %d FROM page", web.Int(request, "size")))
			if err != nil {
				return err
			}
			page, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (any, error) { return row.Values() })
			if err != nil || len(page) == 0 {
				return err
			}
			pages = append(pages, page)
		}
	})
	return pages, err
}

func (s service) slow(ctx context.Context, request *http.Request) (any, error) {
	var n int
	err := s.pool.QueryRow(ctx, web.Slow, web.Int(request, "n")).Scan(&n, nil)
	return web.Fields{"n", n}, err
}

func (s service) bulk(ctx context.Context, request *http.Request) (any, error) {
	rows, err := s.pool.Query(ctx, web.Bulk, web.Int(request, "mb")*web.RowsPerMB)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	digest := web.NewDigest()
	for rows.Next() {
		digest.Add(rows.RawValues()[0])
	}
	return digest, rows.Err()
}

// listen hears on one connection what it says on another.
func (s service) listen(ctx context.Context, request *http.Request) (any, error) {
	connection, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer connection.Release()
	if _, err := connection.Exec(ctx, "LISTEN news"); err != nil {
		return nil, err
	}
	if _, err := s.pool.Exec(ctx, "SELECT pg_notify('news', $1)", request.FormValue("say")); err != nil {
		return nil, err
	}
	heard, err := connection.Conn().WaitForNotification(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := connection.Exec(ctx, "UNLISTEN news"); err != nil {
		return nil, err
	}
	return web.Fields{"channel", heard.Channel, "payload", heard.Payload}, nil
}

// rest leaves the pool idle for so long that it tries its connections before it uses them.
func (s service) rest(ctx context.Context, request *http.Request) (any, error) {
	time.Sleep(time.Duration(web.Rest(request)) * time.Millisecond)
	values, err := row(ctx, s.pool, "SELECT 'rested', $1::int", web.Int(request, "ms"))
	return values, err
}

// bound asks by each of the driver's modes in turn.
func (s service) bound(ctx context.Context, _ *http.Request) (any, error) {
	modes := []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
		pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
	}
	answers := web.Fields{}
	for _, mode := range modes {
		values, err := row(ctx, s.pool, "SELECT $1::int4 + 1, $2::text || '!', $3::jsonb", mode, 41, mode.String(), json.RawMessage(`{"a": 1}`))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", mode, err)
		}
		answers = append(answers, mode.String(), shown(values))
	}
	return answers, nil
}

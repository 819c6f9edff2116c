package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"reprise.test/pg/web"
)

// misc are what services do now and then: each a route of its own name.
func (s service) misc(ctx context.Context, request *http.Request) (any, error) {
	connection, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer connection.Release()
	act, found := map[string]func(context.Context, *pgxpool.Conn) (any, error){
		"savepoint":    savepoint,
		"batch-fails":  batchFails,
		"batch-tx":     batchInTransaction,
		"pipeline":     pipeline,
		"half-rows":    halfRows,
		"early-close":  earlyClose,
		"empty":        empty,
		"large":        large,
		"many":         many,
		"enum":         enum,
		"session":      sessionState,
		"prepared":     prepared,
		"copy-fails":   copyFails,
		"copy-types":   copyTypes,
		"several":      several,
		"notice":       notice,
		"timeout":      s.timeout,
		"terminated":   s.terminated,
		"ddl":          ddl,
		"function":     function,
		"duplicates":   duplicates,
		"temp":         temporary,
		"large-object": largeObject,
	}[request.PathValue("name")]
	if !found {
		return nil, web.Missing
	}
	return act(ctx, connection)
}

func column(ctx context.Context, on asker, sql string, arguments ...any) ([]any, error) {
	rows, err := on.Query(ctx, sql, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (any, error) {
		values, err := row.Values()
		return web.Shown(values), err
	})
}

func state(err error) string {
	if refused := failed(err); refused != nil {
		return refused.State
	}
	return fmt.Sprint(err)
}

func savepoint(ctx context.Context, on *pgxpool.Conn) (any, error) {
	tx, err := on.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	inner, err := tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	_, refused := inner.Exec(ctx, "INSERT INTO items (name) VALUES ('item 1')")
	if err := inner.Rollback(ctx); err != nil {
		return nil, err
	}
	found, err := column(ctx, tx, "SELECT count(*) FROM items WHERE name = 'item 1'")
	if err != nil {
		return nil, err
	}
	return []any{state(refused), found}, tx.Commit(ctx)
}

func batchFails(ctx context.Context, on *pgxpool.Conn) (any, error) {
	batch := &pgx.Batch{}
	batch.Queue("SELECT $1::int", 1)
	batch.Queue("SELECT 1 / $1::int", 0)
	batch.Queue("SELECT $1::int", 3)
	results := on.SendBatch(ctx, batch)
	states := []string{}
	for range 3 {
		var n int
		states = append(states, fmt.Sprint(state(results.QueryRow().Scan(&n)), n))
	}
	states = append(states, state(results.Close()))
	after, err := column(ctx, on, "SELECT 'after a failed batch'")
	return []any{states, after}, err
}

func batchInTransaction(ctx context.Context, on *pgxpool.Conn) (any, error) {
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue("INSERT INTO batched (name) VALUES ($1)", "in a batch of its own")
	batch.Queue("SELECT count(*) FROM batched WHERE name LIKE $1", "in a batch%")
	batch.Queue("ROLLBACK")
	results := on.SendBatch(ctx, batch)
	defer results.Close()
	var count int
	_, first := results.Exec()
	_, second := results.Exec()
	third := results.QueryRow().Scan(&count)
	_, fourth := results.Exec()
	return []any{count, state(errors.Join(first, second, third, fourth))}, nil
}

// pipeline sends three rounds before it reads the first.
func pipeline(ctx context.Context, on *pgxpool.Conn) (any, error) {
	lines := on.Conn().PgConn().StartPipeline(ctx)
	for i := range 3 {
		lines.SendQueryParams("SELECT $1::int * 10", [][]byte{fmt.Append(nil, i)}, nil, nil, nil)
		if err := lines.Sync(); err != nil {
			return nil, err
		}
	}
	found := []string{}
	for {
		results, err := lines.GetResults()
		if err != nil {
			return nil, err
		}
		if results == nil {
			break
		}
		switch results := results.(type) {
		case *pgconn.ResultReader:
			read := results.Read()
			found = append(found, fmt.Sprintf("%s %q %s", read.CommandTag, read.Rows, state(read.Err)))
		default:
			found = append(found, fmt.Sprintf("%T", results))
		}
	}
	return found, lines.Close()
}

func halfRows(ctx context.Context, on *pgxpool.Conn) (any, error) {
	rows, err := on.Query(ctx, "SELECT 10 / (5 - i) FROM generate_series(1, 10) i")
	if err != nil {
		return nil, err
	}
	values := []any{}
	for rows.Next() {
		var value int
		if err := rows.Scan(&value); err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return []any{values, state(rows.Err())}, nil
}

func earlyClose(ctx context.Context, on *pgxpool.Conn) (any, error) {
	rows, err := on.Query(ctx, "SELECT i FROM generate_series(1, 5000) i")
	if err != nil {
		return nil, err
	}
	rows.Next()
	var first int
	err = rows.Scan(&first)
	rows.Close()
	return []any{first, state(err), state(rows.Err())}, nil
}

func empty(ctx context.Context, on *pgxpool.Conn) (any, error) {
	tag, err := on.Exec(ctx, "")
	if err != nil {
		return nil, err
	}
	other, err := on.Exec(ctx, "-- nothing but a comment")
	return []any{tag.String(), other.String(), state(on.Ping(ctx))}, err
}

func large(ctx context.Context, on *pgxpool.Conn) (any, error) {
	text := strings.Repeat("0123456789abcdef", 100_000)
	found, err := column(ctx, on, "SELECT length($1::text), md5($1::text), md5($2::bytea)", text, []byte(text))
	return found, err
}

func many(ctx context.Context, on *pgxpool.Conn) (any, error) {
	const count = 2000
	names := make([]string, count)
	values := make([]any, count)
	for i := range values {
		names[i], values[i] = fmt.Sprintf("$%d::int", i+1), i
	}
	return column(ctx, on, "SELECT sum(v) FROM unnest(ARRAY["+strings.Join(names, ",")+"]) v", values...)
}

func enum(ctx context.Context, on *pgxpool.Conn) (any, error) {
	loaded, err := on.Conn().LoadTypes(ctx, []string{"mood", "place"})
	if err != nil {
		return nil, err
	}
	on.Conn().TypeMap().RegisterTypes(loaded)
	return column(ctx, on, "SELECT $1::mood, m, p FROM every_type WHERE id = 1", "sad")
}

func sessionState(ctx context.Context, on *pgxpool.Conn) (any, error) {
	answers := []any{}
	for _, sql := range []string{
		"SET TIME ZONE 'Asia/Tokyo'", "SHOW TIME ZONE", "SELECT '2024-02-29 12:00+00'::timestamptz::text",
		"SELECT set_config('app.user', 'ann', false)", "SELECT current_setting('app.user')",
		"RESET ALL", "SELECT pg_advisory_lock(7)::text", "SELECT pg_advisory_unlock(7)", "SHOW TIME ZONE",
	} {
		found, err := column(ctx, on, sql, pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			return nil, err
		}
		answers = append(answers, found)
	}
	return answers, nil
}

func prepared(ctx context.Context, on *pgxpool.Conn) (any, error) {
	description, err := on.Conn().Prepare(ctx, "mine", "SELECT $1::int + $2::int")
	if err != nil {
		return nil, err
	}
	first, err := column(ctx, on, "mine", 1, 2)
	if err != nil {
		return nil, err
	}
	if err := on.Conn().Deallocate(ctx, "mine"); err != nil {
		return nil, err
	}
	_, gone := on.Conn().Prepare(ctx, "wrong", "SELECT nothing FROM nowhere")
	if _, err := on.Exec(ctx, "PREPARE by_sql (int) AS SELECT $1 * 2"); err != nil {
		return nil, err
	}
	second, err := column(ctx, on, "EXECUTE by_sql(21)", pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	return []any{description.ParamOIDs, first, state(gone), second}, on.Conn().DeallocateAll(ctx)
}

func copyFails(ctx context.Context, on *pgxpool.Conn) (any, error) {
	rows := [][]any{{"same", "x"}, {"same", "y"}}
	_, twice := on.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"name", "note"}, pgx.CopyFromRows(rows))
	_, noTable := on.CopyFrom(ctx, pgx.Identifier{"nowhere"}, []string{"name"}, pgx.CopyFromRows([][]any{{"x"}}))
	given := 0
	_, gaveUp := on.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"name", "note"}, pgx.CopyFromFunc(func() ([]any, error) {
		if given++; given > 3 {
			return nil, errors.New("the source is dry")
		}
		return []any{fmt.Sprint("row ", given), nil}, nil
	}))
	after, err := column(ctx, on, "SELECT count(*) FROM copied WHERE name = 'same'")
	return []any{state(twice), state(noTable), state(gaveUp), after}, err
}

func copyTypes(ctx context.Context, on *pgxpool.Conn) (any, error) {
	if _, err := on.Exec(ctx, "CREATE TEMP TABLE loaded (n int, f float8, t text, at timestamptz, a int4[])"); err != nil {
		return nil, err
	}
	at := time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC)
	rows := make([][]any, 5000)
	for i := range rows {
		rows[i] = []any{i, float64(i) / 3, fmt.Sprintf("row %d", i), at.Add(time.Duration(i) * time.Second), []int{i, i + 1}}
	}
	count, err := on.CopyFrom(ctx, pgx.Identifier{"loaded"}, []string{"n", "f", "t", "at", "a"}, pgx.CopyFromRows(rows))
	if err != nil {
		return nil, err
	}
	sums, err := column(ctx, on, "SELECT sum(n), sum(f), max(at), md5(string_agg(t, ',' ORDER BY n)) FROM loaded")
	if err != nil {
		return nil, err
	}
	_, err = on.Exec(ctx, "DROP TABLE loaded")
	return []any{count, sums}, err
}

func several(ctx context.Context, on *pgxpool.Conn) (any, error) {
	results, err := on.Conn().PgConn().Exec(ctx, "SELECT 1; SELECT 2, 'b'; UPDATE counters SET n = n WHERE false; SELECT 1/0; SELECT 5").ReadAll()
	answers := []any{}
	for _, result := range results {
		answers = append(answers, fmt.Sprintf("%s %q", result.CommandTag, result.Rows))
	}
	return append(answers, state(err)), nil
}

func notice(ctx context.Context, on *pgxpool.Conn) (any, error) {
	if _, err := on.Exec(ctx, "DO $$ BEGIN RAISE NOTICE 'look %', 1; RAISE WARNING 'out'; END $$"); err != nil {
		return nil, err
	}
	return column(ctx, on, "DROP TABLE IF EXISTS not_there", pgx.QueryExecModeSimpleProtocol)
}

// timeout gives up on a query: pgx closes the connection and cancels on another.
func (s service) timeout(ctx context.Context, _ *pgxpool.Conn) (any, error) {
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, slept := s.pool.Exec(short, "SELECT pg_sleep(2)")
	after, err := column(ctx, s.pool, "SELECT 'after a timeout'")
	return []any{errors.Is(slept, context.DeadlineExceeded), state(slept), after}, err
}

// terminated loses a connection to an administrator.
func (s service) terminated(ctx context.Context, on *pgxpool.Conn) (any, error) {
	other, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer other.Release()
	var process int
	if err := other.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&process); err != nil {
		return nil, err
	}
	if _, err := on.Exec(ctx, "SELECT pg_terminate_backend($1)", process); err != nil {
		return nil, err
	}
	_, lost := other.Exec(ctx, "SELECT 'not reached'")
	after, err := column(ctx, on, "SELECT 'after a loss'")
	return []any{state(lost), after}, err
}

func ddl(ctx context.Context, on *pgxpool.Conn) (any, error) {
	answers := []any{}
	for _, sql := range []string{
		"SELECT * FROM made", "CREATE TABLE made (id serial PRIMARY KEY, note text)", "SELECT * FROM made",
		"INSERT INTO made (note) VALUES ('a'), ('b')", "SELECT * FROM made ORDER BY id", "ALTER TABLE made ADD more int DEFAULT 3",
		"SELECT *, more FROM made ORDER BY id", "DROP TABLE made",
	} {
		found, err := column(ctx, on, sql)
		answers = append(answers, []any{found, state(err)})
	}
	return answers, nil
}

func function(ctx context.Context, on *pgxpool.Conn) (any, error) {
	if _, err := on.Exec(ctx, "CREATE OR REPLACE FUNCTION pair(int, OUT a int, OUT b text) RETURNS SETOF record LANGUAGE sql AS $$ SELECT i, 'n' || i FROM generate_series(1, $1) i $$"); err != nil {
		return nil, err
	}
	whole, err := column(ctx, on, "SELECT pair(2)")
	if err != nil {
		return nil, err
	}
	parts, err := column(ctx, on, "SELECT * FROM pair($1)", 2)
	return []any{whole, parts}, err
}

func duplicates(ctx context.Context, on *pgxpool.Conn) (any, error) {
	answers := []any{}
	for range 3 {
		found, err := column(ctx, on, "INSERT INTO items (name) VALUES ('once') ON CONFLICT (name) DO NOTHING RETURNING id")
		if err != nil {
			return nil, err
		}
		counted, err := column(ctx, on, "SELECT count(*), nextval('items_id_seq') FROM items")
		if err != nil {
			return nil, err
		}
		answers = append(answers, found, counted)
	}
	return answers, nil
}

func temporary(ctx context.Context, on *pgxpool.Conn) (any, error) {
	answers := []any{}
	for _, sql := range []string{"CREATE TEMP TABLE t (i int)", "INSERT INTO t SELECT generate_series(1, 3)", "TABLE t", "TRUNCATE t", "TABLE t", "DROP TABLE t"} {
		tag, err := on.Exec(ctx, sql)
		answers = append(answers, tag.String(), state(err))
	}
	return answers, nil
}

func largeObject(ctx context.Context, on *pgxpool.Conn) (any, error) {
	var answer []any
	err := pgx.BeginFunc(ctx, on, func(tx pgx.Tx) error {
		objects := tx.LargeObjects()
		id, err := objects.Create(ctx, 0)
		if err != nil {
			return err
		}
		object, err := objects.Open(ctx, id, pgx.LargeObjectModeRead|pgx.LargeObjectModeWrite)
		if err != nil {
			return err
		}
		written, err := object.Write([]byte("in a large object"))
		if err != nil {
			return err
		}
		if _, err := object.Seek(3, 0); err != nil {
			return err
		}
		read := make([]byte, 7)
		count, err := object.Read(read)
		answer = []any{id, written, count, string(read)}
		return err
	})
	return answer, err
}

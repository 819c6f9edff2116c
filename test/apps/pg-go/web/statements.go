package web

import "fmt"

func itoa(value any) string { return fmt.Sprint(value) }

// The SQL that both services ask.
const (
	OneItem    = "SELECT id, name, price, tags, attributes, created_at FROM items WHERE id = $1"
	OneType    = "SELECT * FROM every_type WHERE id = $1"
	Visit      = "UPDATE counters SET n = n + 1 WHERE name = $1 RETURNING n"
	AddItem    = "INSERT INTO items (name, price, tags, attributes) VALUES ($1, $2, $3, $4) RETURNING id, name, price, tags, attributes, created_at"
	Withdraw   = "UPDATE accounts SET balance = balance - $1::numeric WHERE id = $2"
	Deposit    = "UPDATE accounts SET balance = balance + $1::numeric WHERE id = $2"
	Balances   = "SELECT id, balance::text FROM accounts ORDER BY id"
	AddBatched = "INSERT INTO batched (name) VALUES ($1) RETURNING name, at"
	Copied     = "SELECT name, note FROM copied ORDER BY name"
	Slow       = "SELECT $1::int, pg_sleep(0.05)"
	Bulk       = "SELECT repeat(md5(i::text), 512) FROM generate_series(1, $1::int) i"
	RowsPerMB  = 64
	Declare    = "DECLARE page CURSOR FOR SELECT id, name FROM items WHERE id <= 40 ORDER BY id"
	Echo       = `SELECT $1::bool, $2::int2, $3::int4, $4::int8, $5::float8, $6::numeric, $7::text, $8::bytea, $9::date,
  $10::timestamp, $11::timestamptz, $12::interval, $13::uuid, $14::jsonb, $15::int4[], $16::text[], $17::text`
)

// Failing is the statement of a failure.
func Failing(name string) (string, []any) {
	switch name {
	case "unique":
		return "INSERT INTO items (name) VALUES ($1)", []any{"item 1"}
	case "syntax":
		return "SELEC 1", nil
	case "no-table":
		return "SELECT * FROM nowhere WHERE id = $1", []any{1}
	default:
		return "SELECT 1 / $1::int", []any{0}
	}
}

// ItemAsked is the statement that the program of the time asks for an item.
func ItemAsked() string {
	if Changed("other sql") {
		return "SELECT id, name, price, tags, attributes, created_at FROM items WHERE id = $1 AND price > 0"
	}
	return OneItem
}

// IdAsked is the id that it asks.
func IdAsked(id int) int {
	if Changed("another id") {
		return id + 1
	}
	return id
}

// Item is a row as the program of the time shows it.
func Item(values []any) Fields {
	item := Fields{"id", values[0], "name", values[1], "price", values[2], "tags", values[3], "attributes", values[4], "created_at", values[5]}
	switch {
	case Changed("drop a field"):
		return append(item[:4:4], item[6:]...)
	case Changed("add a field"):
		return append(item, "extra", true)
	case Changed("number to string"):
		item[1] = itoa(values[0])
	}
	return item
}

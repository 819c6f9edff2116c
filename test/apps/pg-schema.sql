-- The tables of the services in pg-*: made before a recording begins, never seen by it.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE place AS (street text, number integer);

CREATE TABLE every_type (
  id integer PRIMARY KEY,
  b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision,
  num numeric, nan numeric, big numeric(60, 30), zeros numeric,
  t text, vc varchar(40), ch char(5), by bytea,
  d date, ti time, tz timetz, ts timestamp, tstz timestamptz, iv interval, iv_neg interval,
  u uuid, j json, jb jsonb,
  ia integer[], ta text[], na numeric[], matrix integer[][], ba bytea[], tsa timestamptz[], ba_bool boolean[],
  ip inet, net cidr, mac macaddr, pt point, ir int4range, bits varbit, m mood, p place, o oid
);
INSERT INTO every_type VALUES (
  1,
  true, -32768, 2147483647, 9223372036854775807, 1.1, 0.1::float8 + 0.2::float8,
  12345.678900, 'NaN', -123456789012345678901234567890.000000000000000000000000000001, 0.00000,
  E'text ü 漢 \U0001F375 "q" \\ \t\n end', '', 'ab', '\x00ff10200a',
  '2024-02-29', '23:59:59.999999', '12:00:00.5+05:30', '1999-12-31 23:59:59.000001', '2024-02-29 12:34:56.789012+00',
  '1 year 2 mons 3 days 04:05:06.789', '-1 mons -2 days -03:04:05',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"b":1,  "a": [1.0, null]}', '{"b": 1.50, "a": {"c": "ü"}, "n": null}',
  '{1,NULL,-3}', E'{plain,"with \\"quotes\\", comma",NULL,"NULL",""}', '{1.10,NaN,-0.001}', '{{1,2},{3,4}}',
  '{"\\x00","\\xff"}', '{"2024-02-29 00:00:00+00"}', '{t,f,NULL}',
  '192.168.0.1/24', '2001:db8::/32', '08:00:2b:01:02:03', '(1.5,-2)', '[1,10)', B'10101', 'happy', ROW('High St', 7), 42
);
INSERT INTO every_type (id) VALUES (2);

CREATE TABLE items (
  id serial PRIMARY KEY, name text UNIQUE NOT NULL, price numeric(12, 2), tags text[], attributes jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO items (name, price, tags, attributes)
  SELECT 'item ' || n, n * 1.25, ARRAY['t' || n, NULL], jsonb_build_object('n', n) FROM generate_series(1, 40) n;

CREATE TABLE accounts (id integer PRIMARY KEY, balance numeric NOT NULL CHECK (balance >= 0));
INSERT INTO accounts VALUES (1, 100), (2, 0);

CREATE TABLE counters (name text PRIMARY KEY, n integer NOT NULL);
INSERT INTO counters VALUES ('visits', 0);

CREATE TABLE batched (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE copied (name text PRIMARY KEY, note text);

"""A service with MariaDB behind it, by PyMySQL or mysqlclient ($DRIVER): kept connections, values written into the SQL.

Listens on 127.0.0.1:$PORT, connects as $MYSQL_USER to 127.0.0.1:$MYSQL_PORT, by TLS if $MYSQL_TLS is set, and differs by
$CHANGE from the program that was recorded.
"""
import importlib
import os
import queue
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
from web import serve_by

DRIVER = os.environ.get("DRIVER", "pymysql")
driver = importlib.import_module(DRIVER)
CHANGE = os.environ.get("CHANGE", "")
pool = queue.LifoQueue()


def connect():
    wants = {"pymysql": {"ssl": {"check_hostname": False, "verify_mode": "none"}}, "MySQLdb": {"ssl": {"cipher": "HIGH"}}}
    tls = wants[DRIVER] if os.environ.get("MYSQL_TLS") else {}
    return driver.connect(
        host="127.0.0.1", port=int(os.environ["MYSQL_PORT"]), user=os.environ["MYSQL_USER"], password="secret",
        database="shop", local_infile=True, autocommit=True, **tls,
    )


def take():
    try:
        connection = pool.get_nowait()
    except queue.Empty:
        return connect()
    connection.ping()
    return connection


def rows(cursor):
    sets = []
    while True:
        sets.append([[repr(cell) for cell in row] for row in cursor.fetchall()])
        if not cursor.nextset():
            return sets


def answer(cursor, connection, parts):
    match parts:
        case ["items", n]:
            asked = int(n) + 1 if CHANGE == "another id" else int(n)
            cursor.execute("SELECT id, name, price FROM items WHERE id = %s", (asked,))
            row = cursor.fetchone()
            return (404, {}) if row is None else (200, {"id": row[0], "name": row[1], "price": str(row[2])})
        case ["visits"]:
            connection.begin()
            cursor.execute("UPDATE visits SET n = n + 1")
            cursor.execute("SELECT n FROM visits")
            n = cursor.fetchone()[0]
            connection.commit()
            return 200, {"n": n}
        case ["types"] | ["types-text"]:
            cursor.execute("SELECT * FROM types")
        case ["echo"]:
            cursor.execute("SELECT %s, %s, %s, HEX(%s)", ("ü 漢 'q'", 0.1 + 0.2, None, b"\x00\xff"))
        case ["insert", name]:
            cursor.execute("INSERT INTO items (name, price) VALUES (%s, 1.25)", (name,))
            return 200, {"id": cursor.lastrowid}
        case ["failure"]:
            cursor.execute("SELECT * FROM nowhere")
        case ["call", n]:
            cursor.callproc("both_of", (int(n), 0))
        case ["load"]:
            cursor.execute(f"LOAD DATA LOCAL INFILE '{os.environ['MYSQL_ROWS']}' INTO TABLE loaded FIELDS TERMINATED BY ','")
            cursor.execute("SELECT COUNT(*) FROM loaded")
        case ["slow", n]:
            cursor.execute("SELECT %s AS n, SLEEP(0.02)", (n,))
    return 200, rows(cursor)


def answered(request):
    connection = None
    try:
        connection = take()
        return answer(connection.cursor(), connection, request.path.strip("/").split("/"))
    except driver.MySQLError as error:
        return 200, {"code": error.args[0], "message": str(error.args[1:])}
    finally:
        if connection is not None:
            pool.put(connection)


serve_by(answered, "HTTP/1.1")

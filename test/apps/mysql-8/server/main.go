// A server of MySQL 8 in memory, by dolthub's go-mysql-server: caching_sha2_password for the user `app` with the password
// `secret`, over TLS alone ($TLS_CERT and $TLS_KEY), and the tables of $SCHEMA (one statement a line) in `shop`. Prints its port.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/go-mysql-server/sql"
)

// Users are kept in memory like all else.
type nowhere struct{}

func (nowhere) Persist(*sql.Context, []byte) error { return nil }

func main() {
	provider := memory.NewDBProvider(memory.NewDatabase("shop"))
	engine := sqle.NewDefault(provider)
	engine.Analyzer.Catalog.MySQLDb.AddRootAccount()
	engine.Analyzer.Catalog.MySQLDb.SetPersister(nowhere{})
	session := memory.NewSession(sql.NewBaseSession(), provider)
	session.SetClient(sql.Client{User: "root", Address: "localhost"})
	statements := "CREATE USER app@'%' IDENTIFIED WITH caching_sha2_password BY 'secret'\nGRANT ALL ON *.* TO app@'%'\n" + os.Getenv("SCHEMA")
	for _, statement := range strings.Split(statements, "\n") {
		ctx := sql.NewContext(context.Background(), sql.WithSession(session))
		ctx.SetCurrentDatabase("shop")
		_, rows, _, err := engine.Query(ctx, strings.TrimSuffix(strings.TrimSpace(statement), ";"))
		for err == nil {
			_, err = rows.Next(ctx)
		}
		if err != io.EOF {
			log.Fatal(statement, ": ", err)
		}
	}
	pair, err := tls.X509KeyPair([]byte(os.Getenv("TLS_CERT")), []byte(os.Getenv("TLS_KEY")))
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	config := server.Config{
		Protocol:               "tcp",
		Listener:               listener,
		Version:                "8.4.6",
		TLSConfig:              &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert},
		RequireSecureTransport: true,
		MaxConnections:         200,
	}
	running, err := server.NewServer(config, engine, sql.NewContext, memory.NewSessionBuilder(provider), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(running.Start())
}

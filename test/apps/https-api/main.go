// An HTTPS API by many names: `https-api ADDRESS FOLDER` shows each client FOLDER/NAME.pem for the name that it asks by,
// and FOLDER/address.pem where it names none or an address. HTTP/2 and HTTP/1.1 by ALPN; one
// name asks for a certificate that FOLDER/root.pem has signed. Each answer tells how many came before.
package main

import (
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
)

var asked atomic.Int64

func answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	count := asked.Add(1) - 1
	fmt.Printf("asked %d: %s %s %s for %s, %q\n", count, r.Proto, r.Method, r.URL, r.Host, r.TLS.ServerName)
	said, _ := json.Marshal(map[string]any{
		"asked": count, "host": r.Host, "method": r.Method, "path": r.URL.RequestURI(), "body": string(body),
	})
	w.Header().Set("content-type", "application/json")
	switch r.URL.Path {
	case "/gone":
		w.WriteHeader(http.StatusGone)
	case "/close":
		if r.ProtoMajor == 1 {
			w.Header().Set("connection", "close")
		}
	case "/chunked":
		for _, part := range strings.SplitAfter(string(said), ",") {
			io.WriteString(w, part)
			w.(http.Flusher).Flush()
		}
		return
	case "/gzip":
		if strings.Contains(r.Header.Get("accept-encoding"), "gzip") {
			w.Header().Set("content-encoding", "gzip")
			zipped := gzip.NewWriter(w)
			defer zipped.Close()
			zipped.Write(said)
			return
		}
	case "/large":
		for line := 0; line < 10_000; line++ {
			fmt.Fprintf(w, "%d: a line of a large answer\n", line)
		}
	}
	w.Write(said)
}

func main() {
	address, folder := os.Args[1], os.Args[2]
	files, _ := filepath.Glob(filepath.Join(folder, "*.test.key"))
	byName := map[string]*tls.Certificate{}
	for _, file := range append(files, filepath.Join(folder, "address.key")) {
		base := strings.TrimSuffix(file, ".key")
		pair, err := tls.LoadX509KeyPair(base+".pem", file)
		if err != nil {
			log.Fatal(err)
		}
		byName[filepath.Base(base)] = &pair
	}
	find := func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		// A name may be an address: some clients ask so, against the standard.
		if hello.ServerName == "" || net.ParseIP(hello.ServerName) != nil {
			return byName["address"], nil
		}
		if found := byName[hello.ServerName]; found != nil {
			return found, nil
		}
		return nil, fmt.Errorf("nobody here is %s", hello.ServerName)
	}
	root, err := os.ReadFile(filepath.Join(folder, "root.pem"))
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(root)
	mutual := &tls.Config{GetCertificate: find, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots, NextProtos: []string{"h2", "http/1.1"}}
	choose := func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if hello.ServerName == "mutual.reprise.test" {
			return mutual, nil
		}
		return nil, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the API is up")
	server := &http.Server{Handler: http.HandlerFunc(answer), TLSConfig: &tls.Config{GetCertificate: find, GetConfigForClient: choose}}
	log.Fatal(server.ServeTLS(listener, "", ""))
}

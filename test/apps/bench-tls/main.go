// The service of the TLS bench, and the API behind it, which is asked by TLS alone.
//
//	bench-tls dependency   listens on PORT with CERTIFICATE and KEY; answers /prices/ID, and /long?bytes=N with so many
//	bench-tls service      listens on PORT; trusts ROOTS; answers /orders/ID by one connection each to localhost:DEPENDENCY,
//	                       and /long?bytes=N with how many came and in how many seconds
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	address := "127.0.0.1:" + os.Getenv("PORT")
	if len(os.Args) == 2 && os.Args[1] == "dependency" {
		log.Fatal(http.ListenAndServeTLS(address, os.Getenv("CERTIFICATE"), os.Getenv("KEY"), dependency()))
	}
	if len(os.Args) == 2 && os.Args[1] == "service" {
		log.Fatal(http.ListenAndServe(address, service()))
	}
	log.Fatal("usage: bench-tls service|dependency")
}

func dependency() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/prices/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "price of %s", r.URL.Path) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) {
		left, _ := strconv.Atoi(r.URL.Query().Get("bytes"))
		w.Header().Set("Content-Length", strconv.Itoa(left))
		for piece := make([]byte, 1<<16); left > 0; left -= len(piece) {
			piece = piece[:min(left, len(piece))]
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	})
	return mux
}

func service() http.Handler {
	roots := x509.NewCertPool()
	pem, err := os.ReadFile(os.Getenv("ROOTS"))
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		log.Fatal("no roots in ROOTS: ", err)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp4", "127.0.0.1:"+os.Getenv("DEPENDENCY"))
	}
	// No tickets are kept: each connection is a whole handshake. HTTP/1.1, as haproxy passes it.
	client := &http.Client{Transport: &http.Transport{
		DialContext: dial, DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots},
	}}
	target := "https://localhost:" + os.Getenv("DEPENDENCY")
	mux := http.NewServeMux()
	mux.HandleFunc("/orders/", func(w http.ResponseWriter, r *http.Request) {
		get(w, client, target+"/prices/"+strings.TrimPrefix(r.URL.Path, "/orders/"), func(body io.Reader) { io.Copy(w, body) })
	})
	mux.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) {
		from := time.Now()
		get(w, client, target+r.URL.String(), func(body io.Reader) {
			bytes, _ := io.Copy(io.Discard, body)
			fmt.Fprintf(w, "%d %f", bytes, time.Since(from).Seconds())
		})
	})
	return mux
}

func get(w http.ResponseWriter, client *http.Client, url string, take func(io.Reader)) {
	reply, err := client.Get(url)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer reply.Body.Close()
	take(reply.Body)
}

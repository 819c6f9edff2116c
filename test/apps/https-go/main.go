// A service that asks an HTTPS API what it is asked, by net/http. The first part of the path is the kind of client.
package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

func client(config *tls.Config) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = config
	return &http.Client{Transport: transport}
}

// Beside the usual verification, the server's own certificate must be the one that was pinned.
func pinned(chain [][]byte, _ [][]*x509.Certificate) error {
	if sum := sha256.Sum256(chain[0]); hex.EncodeToString(sum[:]) != os.Getenv("PIN") {
		return fmt.Errorf("the certificate is not the pinned one")
	}
	return nil
}

// Trusts a file that nothing names as a whole: no variable, no argument, no text of the program.
func private() *tls.Config {
	roots := x509.NewCertPool()
	if file, err := os.ReadFile(filepath.Join("/srv", os.Getenv("COMPANY")+"-roots.pem")); err == nil {
		roots.AppendCertsFromPEM(file)
	}
	return &tls.Config{RootCAs: roots}
}

// Shows a certificate of its own to a server that asks for one.
func mutual() *tls.Config {
	pair, err := tls.LoadX509KeyPair("/srv/client.pem", "/srv/client.key")
	if err != nil {
		return &tls.Config{}
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

func main() {
	clients := map[string]*http.Client{
		"net-http":          http.DefaultClient,
		"net-http insecure": client(&tls.Config{InsecureSkipVerify: true}),
		"pinned":            client(&tls.Config{VerifyPeerCertificate: pinned}),
		"private":           client(private()),
		"mutual":            client(mutual()),
	}
	ask := func(w http.ResponseWriter, r *http.Request) error {
		kind, path, _ := strings.Cut(r.URL.RequestURI()[1:], "/")
		api := r.Header.Get("x-api")
		if api == "" {
			api = os.Getenv("API")
		}
		if r.Header.Get("x-insecure") != "" {
			kind += " insecure"
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		asked, err := http.NewRequest(r.Method, api+"/"+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		if len(body) > 0 {
			asked.Header.Set("content-type", "application/json")
		}
		answer, err := clients[kind].Do(asked)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		said, err := io.ReadAll(answer.Body)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d %s", answer.StatusCode, said)
		return nil
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := ask(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})))
}
